// Lighthouse's accessibility of some addresses, one JSON object: address -> { score, failed }.
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const [form, ...addresses] = process.argv.slice(2);
const phone = form === "phone";
const screen = phone
  ? { mobile: true, width: 390, height: 844, deviceScaleFactor: 2, disabled: false }
  : { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false };
const chrome = await chromeLauncher.launch({ chromePath: process.env.CHROME_PATH, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
const found = {};
try {
  for (const address of addresses) {
    const done = await lighthouse(address, {
      port: chrome.port, onlyCategories: ["accessibility"], output: "json", logLevel: "error",
      formFactor: phone ? "mobile" : "desktop", screenEmulation: screen,
    });
    const audits = Object.values(done.lhr.audits).filter((one) => one.score !== null && one.score < 1);
    found[address] = { score: done.lhr.categories.accessibility.score, failed: audits.map((one) => one.id), error: done.lhr.runtimeError?.code ?? null };
  }
} finally {
  await chrome.kill();
}
process.stdout.write(JSON.stringify(found));
