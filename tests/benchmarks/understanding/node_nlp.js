// node-nlp as one more peer: the same JSON in and out as peers.py.
const { NlpManager } = require("node-nlp");

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const given = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const isHan = (text) => /[\u3400-\u9fff]/.test(text);
  const managers = {};
  const started = process.hrtime.bigint();
  for (const language of ["zh", "en"]) {
    const rows = given.train.filter(([text]) => isHan(text) === (language === "zh"));
    if (!rows.length) continue;
    const manager = new NlpManager({ languages: [language], forceNER: false, autoSave: false, nlu: { log: false } });
    for (const [text, label] of rows) manager.addDocument(language, text, label);
    await manager.train();
    managers[language] = manager;
  }
  const trained = Number(process.hrtime.bigint() - started) / 1e9;
  const labels = [];
  const seconds = [];
  for (const text of given.test) {
    const language = isHan(text) && managers.zh ? "zh" : managers.en ? "en" : "zh";
    const at = process.hrtime.bigint();
    const answer = await managers[language].process(language, text);
    seconds.push(Number(process.hrtime.bigint() - at) / 1e9);
    labels.push(answer.intent === "None" ? "unclear" : answer.intent);
  }
  for (let round = 1; round < 3; round++) {
    for (const [number, text] of given.test.entries()) {
      const language = isHan(text) && managers.zh ? "zh" : managers.en ? "en" : "zh";
      const at = process.hrtime.bigint();
      await managers[language].process(language, text);
      seconds[number] = Math.min(seconds[number], Number(process.hrtime.bigint() - at) / 1e9);
    }
  }
  const rss_mib = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ labels, seconds, trained, rss_mib }));
}

main();
