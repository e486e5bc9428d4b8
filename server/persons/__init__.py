"""사회적 약자 보호: alerts of devices, shown to those who work on them, escalated by a person, forgotten when over."""
