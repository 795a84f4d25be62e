// A notebook in a real JupyterLab, in headless Chromium: node lab.mjs VENV OUT
//
// Cells run and are coloured, plots and cards are visible in both themes, Tab completes, Shift-Tab
// explains, the interrupt button interrupts and keeps variables, a restart begins anew. Screenshots
// go to OUT. Ends only the server that it started, which ends its kernels.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [venv, out] = process.argv.slice(2).map(p => path.resolve(p));
const root = path.resolve(import.meta.dirname, '../../..');
const program = process.env.BIOXEN_KERNEL ?? path.join(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/bioxen-kernel');
const pause = ms => new Promise(done => setTimeout(done, ms));
fs.mkdirSync(out, { recursive: true });
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'bioxen-lab-'));
const work = path.join(home, 'work');
fs.mkdirSync(work);
execFileSync(program, ['install', '--prefix', home], { timeout: 10_000 });

const cells = [
  'let cell = create_bio_vm("first", "ecoli");\ncell.start();\ncell.start_transcription(["lacZ"]);',
  'let kept = 42;\nfor i in 0..3 { print(`line ${i}`) }',
  'plot_resources(run(30.min))',
  'cell.status()',
  'create_bio_vm("x", "ecolli")',
  'loop {}',
  'kept',
  'kept',
];
const notebook = {
  nbformat: 4, nbformat_minor: 5,
  metadata: { kernelspec: { name: 'bioxen', display_name: 'BioXen', language: 'rhai' } },
  cells: cells.map((source, i) => ({ id: `c${i}`, cell_type: 'code', metadata: {}, outputs: [], execution_count: null, source })),
};
fs.writeFileSync(path.join(work, 'a.ipynb'), JSON.stringify(notebook));

const port = await new Promise(done => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});
const token = randomUUID();
const log = fs.openSync(path.join(out, 'lab.log'), 'w');
const lab = spawn(path.join(venv, 'bin/jupyter'), ['lab', '--no-browser', '--allow-root', '--ip=127.0.0.1',
  `--port=${port}`, '--ServerApp.port_retries=0', `--IdentityProvider.token=${token}`, `--ServerApp.root_dir=${work}`,
  '--LabApp.news_url=None', '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate'], {
  stdio: ['ignore', log, log],
  env: {
    ...process.env, PATH: `${venv}/bin:${process.env.PATH}`, JUPYTER_PATH: path.join(home, 'share/jupyter'),
    JUPYTER_CONFIG_DIR: path.join(home, 'config'), JUPYTER_DATA_DIR: path.join(home, 'data'),
    JUPYTER_RUNTIME_DIR: path.join(home, 'runtime'), JUPYTERLAB_SETTINGS_DIR: path.join(home, 'settings'),
    JUPYTERLAB_WORKSPACES_DIR: path.join(home, 'workspaces'), BIOXEN_HISTORY: path.join(home, 'history.jsonl'),
  },
});
const ended = new Promise(done => lab.on('exit', done));
const base = `http://127.0.0.1:${port}`;
const auth = { headers: { Authorization: `token ${token}` } };
let browser;
let page;
let step = 'start the server';

const cell = i => page.locator('.jp-Notebook .jp-CodeCell').nth(i);
const prompt = i => cell(i).locator('.jp-InputPrompt').first().textContent();
const output = async i => (await cell(i).locator('.jp-OutputArea-output').allTextContents()).join('\n');
const shot = name => page.screenshot({ path: path.join(out, `${name}.png`) });

/** Waits until `test` holds. */
async function until(test, seconds = 30) {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await pause(100)) {
    if (await test()) return;
  }
  assert.fail(`in vain: ${test}`);
}

/** Begins a cell. Lab ignores keys until the kernel is wired, so it is tried again. */
async function begin(i) {
  await until(async () => {
    await cell(i).locator('.cm-content').click();
    await page.keyboard.press('Control+Enter');
    await pause(400);
    return /\[[*\d]/.test(await prompt(i));
  });
}

/** Runs a cell to its end. */
async function run(i) {
  await begin(i);
  await until(async () => /\[\d+\]/.test(await prompt(i)));
  await pause(200);
}

async function test() {
  await until(async () => (await fetch(`${base}/api`, auth).catch(() => null))?.ok, 90);
  step = 'open the notebook';
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
  await page.goto(`${base}/lab/tree/a.ipynb?reset&token=${token}`, { waitUntil: 'domcontentloaded' });
  await cell(0).waitFor({ timeout: 90_000 });

  step = 'run cells';
  for (const i of [0, 1, 2, 3, 4]) await run(i);
  assert.equal(await prompt(0), '[1]:');
  assert.equal((await output(1)).trim(), 'line 0\nline 1\nline 2');
  step = 'colours';
  const colours = await cell(1).locator('.cm-line span').evaluateAll(spans => new Set(spans.map(s => getComputedStyle(s).color)).size);
  assert.ok(colours >= 3, `${colours} colours in a cell`);
  step = 'see the plot';
  const picture = cell(2).locator('.jp-RenderedHTML svg, .jp-RenderedSVG svg, .jp-RenderedSVG img, .jp-RenderedImage img').first();
  const box = await picture.boundingBox();
  assert.ok(box.width > 300 && box.height > 200, JSON.stringify(box));
  await picture.scrollIntoViewIfNeeded();
  await shot('light');
  step = 'see the card';
  assert.equal(await cell(3).locator('.jp-RenderedHTML table tr').count() > 5, true);
  const card = () => cell(3).locator('.jp-RenderedHTML td').first().evaluate(e => getComputedStyle(e).color);
  const light = await card();
  step = 'see the error';
  assert.match(await output(4), /ecoli/);
  assert.ok(await cell(4).locator('[class*="ansi-red"]').count() > 0, 'a red caret');

  step = 'interrupt with the button';
  await begin(5);
  await pause(500);
  await page.locator('[data-command="notebook:interrupt-kernel"], jp-button[data-jp-item-name="interrupt"], [data-jp-item-name="interrupt"] button, [data-jp-item-name="interrupt"] jp-button').first().click();
  await until(async () => /\[\d+\]/.test(await prompt(5)), 5);
  assert.match(await output(5), /interrupt/i);
  await run(6);
  assert.equal((await output(6)).trim(), '42');

  step = 'complete with Tab';
  await cell(7).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('cell.start_tr');
  await page.keyboard.press('Tab');
  await page.locator('.jp-Completer-item').first().waitFor({ timeout: 10_000 });
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.jp-CodeCell .cm-content')[7].textContent.includes('cell.start_transcription'), null, { timeout: 10_000 });
  await page.keyboard.press('Control+a');
  await page.keyboard.type('plot');
  await page.keyboard.press('Tab');
  await page.locator('.jp-Completer-item').first().waitFor({ timeout: 10_000 });
  const items = await page.locator('.jp-Completer-item').allTextContents();
  assert.ok(items.some(text => text.includes('plot_resources')), items.join());
  await shot('complete');
  await page.keyboard.press('Escape');

  step = 'explain with Shift-Tab';
  await page.keyboard.press('Escape');
  await cell(7).locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('plot_resources');
  await page.keyboard.press('Shift+Tab');
  await page.locator('.jp-Tooltip').waitFor({ timeout: 10_000 });
  assert.match(await page.locator('.jp-Tooltip').textContent(), /plot_resources\(/);
  await shot('tooltip');
  await page.keyboard.press('Escape');

  step = 'turn the lights off';
  await page.locator('.lm-MenuBar-itemLabel', { hasText: 'Settings' }).click();
  await page.locator('.lm-Menu-itemLabel', { hasText: /^Theme$/ }).hover();
  await page.locator('.lm-Menu-itemLabel', { hasText: /^JupyterLab Dark$/ }).click();
  await page.waitForFunction(() => document.body.dataset.jpThemeLight === 'false', null, { timeout: 20_000 });
  await cell(3).scrollIntoViewIfNeeded();
  await pause(1000);
  await shot('dark');
  assert.notEqual(await card(), light, 'the card follows the theme');

  step = 'restart';
  await page.locator('.lm-MenuBar-itemLabel', { hasText: 'Kernel' }).click();
  await page.locator('.lm-Menu-itemLabel', { hasText: /^Restart Kernel…$/ }).click();
  await page.locator('.jp-Dialog .jp-mod-accept').click();
  await pause(1500);
  await run(6);
  assert.match(await output(6), /kept/);
  assert.equal(await prompt(6), '[1]:');
}

try {
  await test();
  console.log(`JupyterLab: all steps done; screenshots in ${out}`);
} catch (error) {
  process.exitCode = 1;
  console.error(`JupyterLab failed at "${step}": ${error.message.split('\n').slice(0, 6).join('\n')}`);
  await page?.screenshot({ path: path.join(out, 'failure.png') }).catch(() => {});
} finally {
  await browser?.close();
  const kernels = await fetch(`${base}/api/kernels`, auth).then(r => r.json()).catch(() => []);
  for (const { id } of kernels) {
    await fetch(`${base}/api/kernels/${id}`, { method: 'DELETE', ...auth }).catch(() => {});
  }
  lab.kill('SIGTERM');
  await Promise.race([ended, pause(8000).then(() => lab.kill('SIGKILL'))]);
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
process.exit();
