"""지능형 관제 이벤트: what centres' analytics report, shown to the centre, an incident by rule or by a person."""
