"""공통경보프로토콜 (CAP): alerts of registered senders become incidents of the disaster room."""
