"""Answers for safety-deepconf with a model of transformers: --engine "command:python3 transformers_engine.py NAME"."""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def say(message):
    print(json.dumps(message), flush=True)


hello = json.loads(sys.stdin.readline())
tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(sys.argv[1]).eval()
say({"type": "ready", "name": sys.argv[1], "parallel": 1})
temperature, top_p, top_k = (hello["sampling"][key] for key in ("temperature", "top_p", "top_k"))
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] != "start":
        continue  # A trace that is cancelled after its end needs no answer.
    torch.manual_seed(message["seed"] % 2**63)
    ids = tokenizer.apply_chat_template(message["messages"], add_generation_prompt=True, return_tensors="pt")
    past, reason = None, "length"
    for _ in range(hello["max_tokens"]):
        with torch.no_grad():
            output = model(ids, past_key_values=past, use_cache=True)
        past, raw = output.past_key_values, output.logits[0, -1].float().log_softmax(-1)  # At temperature 1.
        best = (raw / max(temperature, 1e-4)).softmax(-1).topk(top_k or raw.numel())
        kept = best.values * (best.values.cumsum(-1) - best.values < top_p)
        token = best.indices[kept.argmax() if temperature == 0 else torch.multinomial(kept, 1)].item()
        if token == tokenizer.eos_token_id:
            reason = "stop"
            break
        say({"type": "token", "id": message["id"], "token": token, "text": tokenizer.decode([token]),
             "logprob": raw[token].item(), "top_logprobs": raw.topk(hello["top_logprobs"]).values.tolist()})
        ids = torch.tensor([[token]])
    say({"type": "end", "id": message["id"], "reason": reason})
