"""Content, embeddings and models through Google's official Gen AI SDK."""

import unittest

from clients import WEATHER_PARAMETERS, Person, fault, gemini_client
from google.genai import errors, types

MODEL = "gemini-2.5-flash"
QUESTION = "What is the weather in Paris?"
TOOL = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(name="get_weather", parameters_json_schema=WEATHER_PARAMETERS)
    ]
)


def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}"


class GenerateContent(unittest.TestCase):
    def setUp(self):
        self.client = gemini_client()
        self.addCleanup(self.client.close)

    def generate(self, contents=QUESTION, **config) -> types.GenerateContentResponse:
        return self.client.models.generate_content(model=MODEL, contents=contents, config=config or None)

    def test_a_whole_reply(self):
        reply = self.generate(system_instruction="Be brief.")
        self.assertGreater(len(reply.text), 0)
        [candidate] = reply.candidates
        self.assertEqual(candidate.finish_reason, types.FinishReason.STOP)
        self.assertEqual(candidate.content.role, "model")
        usage = reply.usage_metadata
        parts = (usage.prompt_token_count, usage.candidates_token_count, usage.thoughts_token_count or 0)
        self.assertEqual(usage.total_token_count, sum(parts))

    def test_a_limit_and_candidates(self):
        reply = self.generate(max_output_tokens=5, candidate_count=2, thinking_config={"thinking_budget": 0})
        self.assertEqual(len(reply.candidates), 2)
        for candidate in reply.candidates:
            self.assertEqual(candidate.finish_reason, types.FinishReason.MAX_TOKENS)

    def test_a_stream_says_what_the_whole_reply_says(self):
        key = {"http_options": {"headers": {"x-llm-sim-request-id": "1"}}}
        whole = self.generate(**key)
        chunks = list(self.client.models.generate_content_stream(model=MODEL, contents=QUESTION, config=key))
        self.assertGreater(len(chunks), 1)
        self.assertEqual("".join(chunk.text or "" for chunk in chunks), whole.text)
        self.assertEqual(chunks[-1].candidates[0].finish_reason, types.FinishReason.STOP)
        self.assertEqual(chunks[-1].usage_metadata.total_token_count, whole.usage_metadata.total_token_count)

    def test_a_conversation_with_a_function(self):
        first = self.generate(tools=[TOOL])
        [call] = first.function_calls
        self.assertEqual(call.name, "get_weather")
        self.assertEqual(set(call.args), {"city", "unit"})
        result = types.Part.from_function_response(name=call.name, response={"result": "Sunny"})
        question = types.Content(role="user", parts=[types.Part(text=QUESTION)])
        history = [question, first.candidates[0].content, types.Content(role="user", parts=[result])]
        second = self.generate(history, tools=[TOOL])
        self.assertGreater(len(second.text), 0)

    def test_functions_are_called_automatically(self):
        reply = self.generate(tools=[get_weather])
        self.assertGreater(len(reply.text), 0)
        roles = [content.role for content in reply.automatic_function_calling_history]
        self.assertEqual(roles[:2], ["user", "model"])

    def test_a_function_in_a_stream(self):
        config = {"tools": [TOOL], "tool_config": {"function_calling_config": {"mode": "ANY"}}}
        chunks = list(self.client.models.generate_content_stream(model=MODEL, contents=QUESTION, config=config))
        [call] = [call for chunk in chunks for call in chunk.function_calls or []]
        self.assertEqual(set(call.args), {"city", "unit"})

    def test_a_reply_becomes_a_model(self):
        reply = self.generate(response_mime_type="application/json", response_schema=Person)
        self.assertIsInstance(reply.parsed, Person)
        many = self.generate(response_mime_type="application/json", response_schema=list[Person])
        self.assertTrue(all(isinstance(person, Person) for person in many.parsed))

    def test_a_reply_satisfies_a_json_schema(self):
        reply = self.generate(
            response_mime_type="application/json", response_json_schema=Person.model_json_schema()
        )
        Person.model_validate_json(reply.text)

    def test_thoughts(self):
        reply = self.generate(thinking_config={"include_thoughts": True, "thinking_budget": 1024})
        thoughts = [part for part in reply.candidates[0].content.parts if part.thought]
        self.assertGreater(len(thoughts), 0)
        self.assertGreater(reply.usage_metadata.thoughts_token_count, 0)

    def test_a_chat_keeps_its_history(self):
        chat = self.client.chats.create(model=MODEL)
        chat.send_message("Hello")
        for _ in chat.send_message_stream("And again"):
            pass
        # The SDK keeps every chunk of a streamed reply as a turn of its own.
        first, second, third, *rest = [content.role for content in chat.get_history()]
        self.assertEqual((first, second, third), ("user", "model", "user"))
        self.assertEqual(set(rest), {"model"})

    def test_tokens_are_counted_as_prompts_are(self):
        counted = self.client.models.count_tokens(model=MODEL, contents=QUESTION)
        self.assertEqual(counted.total_tokens, self.generate().usage_metadata.prompt_token_count)


class EmbedContent(unittest.TestCase):
    def test_vectors(self):
        client = gemini_client()
        self.addCleanup(client.close)
        reply = client.models.embed_content(model="gemini-embedding-001", contents=["one", "two", "one"])
        one, two, again = (embedding.values for embedding in reply.embeddings)
        self.assertEqual(one, again)
        self.assertNotEqual(one, two)
        short = client.models.embed_content(
            model="gemini-embedding-001", contents="one", config={"output_dimensionality": 256}
        )
        self.assertEqual(len(short.embeddings[0].values), 256)


class Models(unittest.TestCase):
    def test_a_list_and_one(self):
        client = gemini_client()
        self.addCleanup(client.close)
        names = [model.name for model in client.models.list()]
        self.assertIn(f"models/{MODEL}", names)
        model = client.models.get(model=MODEL)
        self.assertIn("generateContent", model.supported_actions)
        self.assertGreater(model.input_token_limit, 1000)


class Errors(unittest.TestCase):
    def setUp(self):
        self.client = gemini_client()
        self.addCleanup(self.client.close)

    def assert_raised(self, expected, code: int, status: str, **request):
        with self.assertRaises(expected) as raised:
            self.client.models.generate_content(**{"model": MODEL, "contents": QUESTION, **request})
        self.assertEqual((raised.exception.code, raised.exception.status), (code, status))

    def test_every_status_has_its_class(self):
        for kind, expected, code, status in (
            ("permission", errors.ClientError, 403, "PERMISSION_DENIED"),
            ("rate_limit", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
            ("server_error", errors.ServerError, 500, "INTERNAL"),
            ("overloaded", errors.ServerError, 503, "UNAVAILABLE"),
        ):
            with self.subTest(kind):
                self.assert_raised(expected, code, status, config={"http_options": {"headers": fault(kind)}})

    def test_mistakes(self):
        self.assert_raised(errors.ClientError, 400, "INVALID_ARGUMENT", config={"temperature": 3})
        self.assert_raised(errors.ClientError, 404, "NOT_FOUND", model="gemini-99")
