// What `helm test` runs, with the image's own Node: the probes and a chat completion through the Service, as a client of the cluster sees
// them. Exits with 1 and says why where an answer is not as it has to be.
const { PROBES_URL, API_URL, MODEL, EXPECTED_STATUS } = process.env;
const attemptsMax = 20;
const answerMsMax = 10_000;
const retryMs = 500;

async function ask(url, init) {
  const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(answerMsMax) });
  return { status: answer.status, text: await answer.text() };
}

// Asks again while nobody answers, or the answer says to come later.
async function expectStatus(name, status, url, init) {
  let last;
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    last = await ask(url, init).catch((error) => ({ status: 0, text: String(error.cause ?? error) }));
    if (last.status === status) {
      console.log(`${name}: ${status}`);
      return last.text;
    }
    if (last.status >= 400 && last.status < 500 && last.status !== 429) break;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  console.error(`${name}: expected ${status}, got ${last.status}: ${last.text.slice(0, 500)}`);
  process.exit(1);
}

await expectStatus('/live', 200, `${PROBES_URL}/live`);
await expectStatus('/ready', 200, `${PROBES_URL}/ready`);
const text = await expectStatus('chat completion', Number(EXPECTED_STATUS), `${API_URL}/v1/chat/completions`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: MODEL, max_tokens: 16, messages: [{ role: 'user', content: 'Does it work?' }] }),
});
const reply = JSON.parse(text);
if (EXPECTED_STATUS === '200' && typeof reply.choices?.[0]?.message?.content !== 'string') {
  console.error(`chat completion: no message in ${text.slice(0, 500)}`);
  process.exit(1);
}
console.log(
  EXPECTED_STATUS === '200' ? `it says: ${reply.choices[0].message.content}` : `it says: ${reply.error.message}`,
);
