"""nginx's question about every media request: may this session have this camera now? Answered from memory.

``feed`` keeps the memory true, by what the database's triggers say has changed; ``memory`` holds it; ``app`` answers;
``notes`` writes behind what is learned on the way. Whatever is not known for certain is not allowed.
"""
