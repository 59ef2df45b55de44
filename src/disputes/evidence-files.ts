import { createHash } from 'node:crypto';
import { receiptNumber } from '../receipts/receipt.ts';
import { receiptFileName, receiptPdf } from '../receipts/receipt-pdf.ts';
import { type Evidence, type EvidenceDocument, latestMoment } from './evidence.ts';
import { evidencePaper, evidencePdf } from './evidence-pdf.ts';

/** The evidence as files in one archive, for banks that take each by itself; the same evidence gives the same bytes. */
export async function evidenceZip(evidence: Evidence): Promise<Buffer> {
  const { zipSync } = await import('fflate');
  const files = await filesOf(evidence);
  const list = files.map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}`);
  const all = [...files, { name: 'SHA256SUMS.txt', bytes: Buffer.from(`${list.join('\n')}\n`) }];
  // Bounded: some dozens of letters and two papers, a few hundred kilobytes in all.
  const mtime = new Date(latestMoment(evidence));
  return Buffer.from(zipSync(Object.fromEntries(all.map(({ name, bytes }) => [name, [bytes, { mtime }]]))));
}

interface NamedFile {
  name: string;
  bytes: Buffer;
}

async function filesOf(evidence: Evidence): Promise<NamedFile[]> {
  const { receipt } = evidence;
  return [
    { name: 'evidence.pdf', bytes: await evidencePdf(evidence) },
    ...(receipt ? [{ name: receiptFileName(receiptNumber(receipt.number)), bytes: await receiptPdf(receipt) }] : []),
    text('evidence.txt', overview(evidence)),
    ...evidence.documents.map((one) => text(`documents/${plainName(one.number)}.txt`, documentText(one, evidence))),
    ...evidence.letters.map((one, i) =>
      text(`letters/${String(i + 1).padStart(2, '0')}-${plainName(one.kind)}.txt`, [
        `Subject: ${one.subject}`,
        `To: ${one.to.join(', ')}`,
        `Message-ID: ${one.messageId}`,
        `Written: ${one.at}`,
        one.acceptedAt
          ? `Accepted by the mail server: ${one.acceptedAt}`
          : `Not accepted by the mail server: ${one.state}`,
        '',
        one.text,
      ]),
    ),
    ...evidence.consents.map((one, i) =>
      text(`consents/${String(i + 1).padStart(2, '0')}.txt`, [
        `Given: ${one.at}`,
        one.recordedBy ? `Written down by: ${one.recordedBy}` : `From: ${one.address}`,
        one.withdrawnAt ? `Withdrawn: ${one.withdrawnAt}` : 'Not withdrawn',
        '',
        one.wording,
      ]),
    ),
  ];
}

/** The paper once more as plain text, with times as they are stored (UTC). */
function overview(evidence: Evidence): string[] {
  const paper = evidencePaper(evidence);
  return [
    `${paper.title}`,
    paper.intro,
    '',
    `${paper.amount.label}: ${paper.amount.value}`,
    ...paper.facts.map(({ label, value }) => `${label}: ${value}`),
    ...paper.tables.flatMap((table) => [
      '',
      table.heading,
      table.columns.map((column) => column.label).join(' | '),
      ...[...table.rows, ...(table.total ? [table.total] : [])].map((cells) => cells.join(' | ')),
    ]),
    ...paper.notes.flatMap((note) => ['', note.heading, note.text]),
  ];
}

function documentText(document: EvidenceDocument, evidence: Evidence): string[] {
  const {
    heading = '',
    columns = [],
    rows = [],
    total = [],
  } = evidencePaper({ ...evidence, documents: [document] }).tables[0] ?? {};
  const table = [columns.map((column) => column.label), ...rows, total].map((cells) => cells.join(' | '));
  return [heading, '', ...table];
}

function text(name: string, lines: string[]): NamedFile {
  return { name, bytes: Buffer.from(`${lines.join('\n').trimEnd()}\n`) };
}

/** A name that every system can unpack, and that leads nowhere else. */
function plainName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60) || 'document';
}
