// Drives one page of a headless Chromium: a command in JSON per line on standard input, an answer per line on
// standard output. The browser ends with standard input, so with whoever started us.
//     node drive.mjs CHROMIUM FOLDER PATIENCE
// FOLDER becomes the browser's own profile; each deed waits PATIENCE milliseconds at most for its place to be there.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath, folder, patience] = process.argv.slice(2);
const COLOURS = /\u001b\[\d+m/g;
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--mute-audio",
];

// Where on the page: {role, name} or {text} or {label} or {placeholder} or {css}, of these the one that holds
// {has}, that is the {nth} (-1: the last), and that lies {within} another place.
function found(root, { within, role, name, text, label, placeholder, css, has, nth, exact = false }) {
  const area = within ? found(root, within) : root;
  let place;
  if (role !== undefined) place = area.getByRole(role, { name, exact });
  else if (text !== undefined) place = area.getByText(text, { exact });
  else if (label !== undefined) place = area.getByLabel(label, { exact });
  else if (placeholder !== undefined) place = area.getByPlaceholder(placeholder, { exact });
  else place = area.locator(css);
  if (has !== undefined) place = place.filter({ hasText: has });
  return nth === undefined ? place : place.nth(nth);
}

const DEEDS = {
  goto: (page, { url }) => page.goto(url).then(() => null),
  click: (page, { at }) => found(page, at).click(),
  hover: (page, { at }) => found(page, at).hover(),
  fill: (page, { at, text }) => found(page, at).fill(text),
  press: (page, { at, key }) => found(page, at).press(key),
  select: (page, { at, option }) => found(page, at).selectOption({ label: option }).then(() => null),
  wait_for: (page, { at, state = "visible" }) => found(page, at).waitFor({ state }),
  text: (page, { at }) => found(page, at).innerText(),
  texts: (page, { at }) => found(page, at).allInnerTexts(),
  value: (page, { at }) => found(page, at).inputValue(),
  picture: (page, { at }) => found(page, at).evaluate((img) => img.decode().then(() => [img.naturalWidth, img.naturalHeight])),
  screenshot: (page, { path }) => page.screenshot({ path }).then(() => null),
};

const browser = await chromium.launchPersistentContext(folder, {
  executablePath,
  args: FLAGS,
  viewport: { width: 1400, height: 900 },
});
const page = browser.pages()[0] ?? (await browser.newPage());
page.setDefaultTimeout(Number(patience));
const said = [];
page.on("pageerror", (error) => said.push(String(error)));
const answer = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);
answer({ value: "ready" });

for await (const line of createInterface({ input: process.stdin })) {
  const { do: deed, ...given } = JSON.parse(line);
  try {
    const value = deed === "errors" ? said : await DEEDS[deed](page, given);
    answer({ value: value ?? null });
  } catch (error) {
    answer({ error: String(error.message ?? error).replace(COLOURS, "") });
  }
}
await browser.close();
