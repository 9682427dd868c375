"""Clients of the official SDKs for the simulator at LLM_SIMULATOR_URL, as strict as they get, and what several tests ask them."""

import os

import openai

URL = os.environ["LLM_SIMULATOR_URL"]

# Reject a reply that is not what the SDK's models say, where the SDK by itself would let it pass.
STRICT = {"max_retries": 0, "_strict_response_validation": True}
OPENAI = {"base_url": f"{URL}/v1", "api_key": "sk-any", **STRICT}


def openai_client(**options) -> openai.OpenAI:
    return openai.OpenAI(**{**OPENAI, **options})


def asynchronous_openai_client(**options) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(**{**OPENAI, **options})
