import { script } from '../connection/open-redis.js';

/**
 * A view is known as `rebuilds|run|position`, a subject as `run|position of its last change`. A *run* is a time in which no step
 * of the view was missed; what was made in an earlier one counts for nothing. Whatever else lies under a key is nothing.
 */
const READING = `
local function after(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x > y end
  end
  return #a > #b
end
local function read(key)
  local text = redis.pcall('GET', key)
  return type(text) == 'string' and text or ''
end
local function viewOf(key) return string.match(read(key), '^(%d+)|([^|]+)|([^|]*)$') end
local function subjectOf(key) return string.match(read(key), '^([^|]+)|([^|]*)$') end
`;

/**
 * KEYS: the view, then subjects that change. ARGV: rebuilds, a new run in case one is needed, from, to, lifetimes of view and subject in ms.
 * Only subjects of which something is known are written: any other counts as changed just now.
 */
export const TELL = script(`${READING}
local rebuilds, run, position = viewOf(KEYS[1])
local given = tonumber(ARGV[1])
if rebuilds and tonumber(rebuilds) > given then return 0 end
if not rebuilds or tonumber(rebuilds) < given or after(ARGV[3], position) then
  run, position = ARGV[2], ARGV[4]
elseif after(ARGV[4], position) then
  position = ARGV[4]
end
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. run .. '|' .. position, 'PX', ARGV[5])
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    local knownRun, at = subjectOf(KEYS[i])
    if knownRun ~= run or not after(at, ARGV[4]) then at = ARGV[4] end
    redis.call('SET', KEYS[i], run .. '|' .. at, 'PX', ARGV[6])
  end
end
return 1
`);

/**
 * KEYS: the entry, its views, the subjects of each. ARGV: the entry, its lifetime and that of subjects in ms, then of each view rebuilds, position, number of subjects.
 * A subject of which nothing is known may have changed up to where its view is.
 */
export const PUT = script(`${READING}
local views = (#ARGV - 3) / 3
local nextSubject = 2 + views
local runs, isOld = {}, false
for i = 1, views do
  local rebuilds, run, told = viewOf(KEYS[1 + i])
  local wanted, position, subjects = ARGV[3 * i + 1], ARGV[3 * i + 2], tonumber(ARGV[3 * i + 3])
  if rebuilds ~= wanted then return 0 end
  runs[i] = run
  for _ = 1, subjects do
    local key = KEYS[nextSubject]
    nextSubject = nextSubject + 1
    local knownRun, at = subjectOf(key)
    if knownRun ~= run then at = told end
    redis.call('SET', key, run .. '|' .. at, 'PX', ARGV[3])
    if after(at, position) then isOld = true end
  end
end
if isOld then return 0 end
local before = string.match(read(KEYS[1]), '^([^\\n]*)\\n')
local tag = {}
for i = 1, views do tag[i] = runs[i] .. '|' .. ARGV[3 * i + 1] .. '|' .. ARGV[3 * i + 2] end
if before then
  local i = 0
  for run, rebuilds, position in string.gmatch(before, '([^|,]+)|(%d+)|([^|,]*)') do
    i = i + 1
    if run == runs[i] and rebuilds == ARGV[3 * i + 1] and after(position, ARGV[3 * i + 2]) then return 0 end
  end
end
redis.call('SET', KEYS[1], table.concat(tag, ',') .. '\\n' .. ARGV[1], 'PX', ARGV[2])
return 1
`);
