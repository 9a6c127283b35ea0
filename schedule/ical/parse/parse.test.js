// Two readers that know nothing of Parvis read what it writes and are asked when the meetings take place: two hundred files
// with the instants that they mean, from schedule/ical/parsetest; the feed and the files for download, kept beside the tests
// of the API; what mails carry, kept beside theirs.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import nodeical from 'node-ical'

import { icalJS, nodeICAL, spans } from './readers.js'

const root = new URL('../../..', import.meta.url)
const readers = { 'ical.js': icalJS, 'node-ical with rrule-temporal': nodeICAL }
const cases = []
let dir

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'parvis-calendars-'))
  execFileSync('go', ['run', './schedule/ical/parsetest', '-out', dir], { cwd: root, stdio: 'inherit' })
  for (const name of readdirSync(dir).filter((file) => file.endsWith('.json')).sort()) {
    const meaning = JSON.parse(readFileSync(join(dir, name), 'utf8'))
    cases.push({ ...meaning, file: readFileSync(join(dir, name.replace('.json', '.ics')), 'utf8') })
  }
})

after(() => rmSync(dir, { recursive: true, force: true }))

for (const [reader, read] of Object.entries(readers)) {
  test(`${reader} reads the dates of two hundred files as we mean them`, () => {
    let expanded = 0
    for (const { name, file, expected } of cases) {
      const [meeting, ...others] = read(file)
      assert.equal(others.length, 0, name)
      assert.equal(meeting.title, name)
      assert.deepEqual(meeting.dates, spans(expected), name)
      expanded++
    }
    assert.equal(expanded, 200)
  })
}

test('the two hundred files hold every form that we write, in three zones', () => {
  const forms = {
    'in Paris': /^TZID:Europe\/Paris\r$/m,
    'in New York': /^TZID:America\/New_York\r$/m,
    'on Lord Howe Island': /^TZID:Australia\/Lord_Howe\r$/m,
    'a rule': /^RRULE:FREQ=(?!YEARLY;BYMONTH=\d+;BYDAY=-?\d\w\w\r$)/m,
    'dates besides a rule or without one': /^RDATE;/m,
    'a date left out': /^EXDATE;/m,
    'a date changed': /^RECURRENCE-ID;/m,
    'a date as an instant, where clocks change': /^DTSTART:\d{8}T\d{6}Z\r\n(?:.+\r\n)*RECURRENCE-ID;/m,
  }
  for (const [form, pattern] of Object.entries(forms)) {
    const found = cases.filter(({ file }) => pattern.test(file)).length
    assert.ok(found >= 10, `${form}: ${found} files`)
  }
})

const kept = (folder) => {
  const at = new URL(`${folder}/testdata/`, root)
  const names = readdirSync(at).filter((file) => file.endsWith('.ics'))
  return Object.fromEntries(names.map((name) => [name.replace('.ics', ''), readFileSync(new URL(name, at), 'utf8')]))
}
const utc = (...list) => spans(list.map(([start, end]) => ({ start: `${start}Z`, end: `${end}Z` })))
const served = kept('api')
const mails = kept('mail/invitation')

// Europe changes on March 28, 2027, New York on March 14, Lord Howe Island on April 4.
const weekly = utc(
  ['2027-03-09T08:00', '2027-03-09T09:00'],
  ['2027-03-16T08:00', '2027-03-16T09:00'],
  ['2027-03-18T14:00', '2027-03-18T15:00'],
  ['2027-03-30T12:00', '2027-03-30T13:00'],
  ['2027-04-06T07:00', '2027-04-06T08:00'],
)
const rules = utc(
  ['2027-03-12T22:00', '2027-03-12T22:30'],
  ['2027-03-19T21:00', '2027-03-19T21:30'],
  ['2027-03-26T21:00', '2027-03-26T21:30'],
  ['2027-03-31T21:00', '2027-03-31T21:30'],
  ['2027-04-28T21:00', '2027-04-28T21:30'],
)
const once = utc(['2027-04-04T23:30', '2027-04-05T01:30'])

for (const [reader, read] of Object.entries(readers)) {
  test(`${reader} reads a feed of meetings in three zones`, () => {
    const feed = read(served.feed)
    assert.deepEqual(feed.map(({ dates }) => dates), [weekly, rules, once])
    assert.deepEqual(feed.map(({ title }) => title), ['Comité, <b>suivi</b>; budget', 'Desk', 'Once'])
    assert.ok(feed.every(({ attendees }) => attendees.length === 0))
  })

  test(`${reader} reads a file for download`, () => {
    assert.deepEqual(read(served['download-weekly'])[0].dates, weekly)
    assert.deepEqual(read(served['download-rules'])[0].dates, rules)
    assert.deepEqual(read(served['download-once'])[0].dates, once)
    assert.deepEqual(read(served['download-weekly'])[0].attendees, ['mailto:odile@example.org', 'mailto:guest@x.example'])
  })

  test(`${reader} reads an invitation, and the one that moves a date`, () => {
    const [first] = read(mails['request-weekly'])
    const [moved] = read(mails['request-moved'])
    assert.equal(first.dates.length, 10)
    assert.deepEqual(moved.dates, utc(
      ['2026-11-17T08:00', '2026-11-17T09:30'],
      ['2026-11-24T13:00', '2026-11-24T14:30'],
      ['2026-12-01T08:00', '2026-12-01T09:30'],
    ))
    assert.ok(moved.sequence > 0)
  })

  test(`${reader} reads of every mail whom it asks, and what it wants`, () => {
    assert.ok(Object.keys(mails).length >= 5)
    for (const [name, file] of Object.entries(mails)) {
      const wants = name.startsWith('cancel') ? 'CANCEL' : 'REQUEST'
      const meetings = read(file)
      assert.equal(meetings.length, 1, name)
      const [{ method, status, organizer, attendees, uid }] = meetings
      assert.deepEqual({ method, status }, { method: wants, status: wants === 'CANCEL' ? 'CANCELLED' : 'CONFIRMED' }, name)
      assert.equal(organizer, 'mailto:parvis@meet.example.org', name)
      assert.equal(attendees.length, 1, name)
      assert.match(uid, /@meet\.example\.org$/, name)
    }
  })

  test(`${reader} finds the date that is cancelled by its first start`, () => {
    const [cancelled] = read(mails['cancel-date'])
    assert.equal(cancelled.date, '2026-11-24T08:00:00.000Z')
    assert.deepEqual(cancelled.dates, utc(['2026-11-24T08:00', '2026-11-24T09:30']))
  })
}

test('both read the same of everything', () => {
  const files = [...cases.map(({ file }) => file), ...Object.values(served), ...Object.values(mails)]
  for (const file of files) assert.deepEqual(nodeICAL(file), icalJS(file))
})

// When one of these fails, a reader was mended and what is done about it in readers.js can go.
test('what is known to be wrong in node-ical still is', () => {
  const event = (...lines) => {
    const file = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', 'UID:x', 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT', 'END:VCALENDAR', '']
    return Object.values(nodeical.sync.parseICS(file.join('\r\n'))).find(({ type }) => type === 'VEVENT')
  }
  const twice = event('DTSTART;TZID=America/New_York:20261101T013000') // RFC 5545, section 3.3.5: the first is meant
  assert.equal(twice.start.toISOString(), '2026-11-01T06:30:00.000Z')
  const added = event('DTSTART:20261110T090000Z', 'RRULE:FREQ=DAILY;COUNT=2', 'RDATE:20261120T090000Z')
  const window = { from: new Date('2026-01-01'), to: new Date('2027-01-01') }
  assert.equal(nodeical.expandRecurringEvent(added, window).length, 2)
})
