"""Clients of the official SDKs for the simulator at LLM_SIMULATOR_URL, as strict as they get, and what several tests ask them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import anthropic
import openai
from google import genai
from pydantic import BaseModel

URL = os.environ["LLM_SIMULATOR_URL"]

# Reject a reply that is not what the SDK's models say, where the SDK by itself would let it pass.
STRICT = {"max_retries": 0, "_strict_response_validation": True}
OPENAI = {"base_url": f"{URL}/v1", "api_key": "sk-any", **STRICT}
ANTHROPIC = {"base_url": URL, "api_key": "sk-ant-any", **STRICT}

WEATHER_PARAMETERS = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
}


class Person(BaseModel):
    """What structured replies are asked for."""

    name: str
    age: int
    languages: list[str]


def openai_client(**options) -> openai.OpenAI:
    return openai.OpenAI(**{**OPENAI, **options})


def asynchronous_openai_client(**options) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(**{**OPENAI, **options})


def anthropic_client(**options) -> anthropic.Anthropic:
    return anthropic.Anthropic(**{**ANTHROPIC, **options})


def gemini_client() -> genai.Client:
    return genai.Client(api_key="any", http_options={"base_url": URL})


def fault(kind: str) -> dict[str, str]:
    """The header that makes the simulator answer with an error: see the rules in simulator.yaml."""
    return {"x-test-fault": kind}


@contextmanager
def counting(client: openai.OpenAI | anthropic.Anthropic) -> Iterator[list[str]]:
    """The paths of the requests that a client sends."""
    paths: list[str] = []
    http = client._client
    http.event_hooks = {"request": [lambda request: paths.append(request.url.path)]}
    try:
        yield paths
    finally:
        http.event_hooks = {}
