/**
 * The keeper of rate limits as a script in Redis: what LimitGrantor and LimitBook do in memory, in one step that no replica can come between,
 * by the clock of Redis. One key holds all of a scope: its budgets, and what each holder has of it, as MessagePack.
 *
 *   budgets  by dimension: a bucket {taken, anchor, now, full, marks at, marks} or a window {amounts by slot}: see src/limits
 *   holders  by name: {lease, leased at, concurrent requests, seen at}
 *
 * A holder that is not heard of for FORGOTTEN_US is gone: its requests run no more, and its lease counts as spent.
 */

/** Three times what a holder lets pass between two asks while anything of its runs. */
const FORGOTTEN_US = 15_000_000;
/** As in src/limits/low-marks.ts and sliding-window.ts. */
const LOW_MARKS_MAX = 64;
const SLOTS_PER_WINDOW = 60;

const bucket = `
local function becomeFull(b)
  b.taken, b.anchor, b.full, b.at, b.marks = 0, b.now, b.now, {}, {}
end

local function settle(b, now)
  if now > b.now then b.now = now end
  if b.taken == 0 then becomeFull(b) return 0 end
  local windows = math.floor((b.now - b.anchor) / b.window)
  if windows > 0 then
    b.anchor = b.anchor + windows * b.window
    b.taken = b.taken - windows * b.limit
  end
  local elapsed = b.now - b.anchor
  if b.taken * b.window > elapsed * b.limit then return elapsed end
  becomeFull(b)
  return 0
end

local function debtOf(b, elapsed) return b.taken - elapsed * b.limit / b.window end
local function flowOf(b, amount) return math.ceil(amount * b.window / b.limit) end

local function firstAfter(b, since)
  local index = #b.at + 1
  while index > 1 and b.at[index - 1] > since do index = index - 1 end
  return index
end

local function mark(b, debt)
  while #b.marks > 0 and b.marks[#b.marks] >= debt do
    table.remove(b.marks)
    table.remove(b.at)
  end
  if #b.marks == ${LOW_MARKS_MAX} then
    local at, marks = {}, {}
    for pair = 1, ${LOW_MARKS_MAX / 2} do
      at[pair], marks[pair] = b.at[2 * pair], b.marks[2 * pair - 1]
    end
    b.at, b.marks = at, marks
  end
  table.insert(b.at, b.now)
  table.insert(b.marks, debt)
end

local function lower(b, amount, since)
  local first = firstAfter(b, since)
  for index = first, #b.marks do b.marks[index] = b.marks[index] - amount end
  local kept = first
  while kept > 1 and first <= #b.marks and b.marks[kept - 1] >= b.marks[first] do kept = kept - 1 end
  for _ = kept, first - 1 do
    table.remove(b.at, kept)
    table.remove(b.marks, kept)
  end
end

local Bucket = {}

function Bucket.create(now) return { taken = 0, anchor = now, now = now, full = now, at = {}, marks = {} } end

function Bucket.setLimit(b, limit, now)
  local elapsed = settle(b, now)
  b.taken = debtOf(b, elapsed)
  b.anchor = b.now
  b.limit = limit
end

function Bucket.fits(b, amount, now)
  local elapsed = settle(b, now)
  return (b.taken + amount - b.limit) * b.window <= elapsed * b.limit
end

function Bucket.wait(b, amount, now)
  if amount > b.limit then return nil end
  local elapsed = settle(b, now)
  return math.max(0, flowOf(b, b.taken + amount - b.limit) - elapsed)
end

function Bucket.take(b, amount, now)
  if amount == 0 or b.limit == 0 then return end
  local debt = debtOf(b, settle(b, now))
  if debt > 0 then mark(b, debt) end
  b.taken = b.taken + amount
end

function Bucket.giveBack(b, amount, takenAt, now)
  local elapsed = settle(b, now)
  if b.full > takenAt then return end
  local debt = debtOf(b, elapsed)
  local first = firstAfter(b, takenAt)
  local returned = amount
  if first <= #b.marks then returned = math.min(amount, math.floor(b.marks[first])) end
  if returned >= debt then
    becomeFull(b)
  else
    lower(b, returned, takenAt)
    b.taken = b.taken - returned
  end
end

function Bucket.remaining(b, now)
  local elapsed = settle(b, now)
  local whole = math.floor(b.taken)
  local flown = elapsed * b.limit / b.window
  return math.max(0, b.limit - whole + math.floor(flown - (b.taken - whole)))
end

function Bucket.reset(b, now)
  local elapsed = settle(b, now)
  if b.limit == 0 then return 0 end
  return math.max(0, flowOf(b, b.taken) - elapsed)
end
`;

const window = `
local SLOTS = ${SLOTS_PER_WINDOW + 1}
local Window = {}

local function slotOf(w, us) return math.floor(us / (w.window / ${SLOTS_PER_WINDOW})) + SLOTS end
local function freeAt(w, slot) return slot * (w.window / ${SLOTS_PER_WINDOW}) end

local function advance(w, now)
  w.slot = math.max(w.slot, slotOf(w, now))
  local sum = 0
  for slot, amount in pairs(w.amounts) do
    if slot <= w.slot - SLOTS then w.amounts[slot] = nil else sum = sum + amount end
  end
  return sum
end

function Window.create(now) return { slot = 0, amounts = {} } end
function Window.setLimit(w, limit) w.limit = limit end
function Window.fits(w, amount, now) return advance(w, now) + amount <= w.limit end

function Window.wait(w, amount, now)
  if amount > w.limit then return nil end
  local sum = advance(w, now)
  local slot = w.slot - SLOTS
  while sum + amount > w.limit do
    slot = slot + 1
    sum = sum - (w.amounts[slot] or 0)
  end
  return math.max(0, freeAt(w, slot) - now)
end

function Window.take(w, amount, now)
  advance(w, now)
  if amount > 0 then w.amounts[w.slot] = (w.amounts[w.slot] or 0) + amount end
end

function Window.giveBack(w, amount, takenAt, now)
  advance(w, now)
  local slot = math.min(w.slot, slotOf(w, takenAt))
  local left = (w.amounts[slot] or 0) - amount
  if left > 0 then w.amounts[slot] = left else w.amounts[slot] = nil end
end

function Window.remaining(w, now) return math.max(0, w.limit - advance(w, now)) end

function Window.reset(w, now)
  advance(w, now)
  local last = 0
  for slot in pairs(w.amounts) do last = math.max(last, slot) end
  if last == 0 then return 0 end
  return math.max(0, freeAt(w, last) - now)
end
`;

const keeper = `
local ask = cjson.decode(ARGV[1])
local Budget = ask.algorithm == 'token_bucket' and Bucket or Window
local text = redis.call('GET', KEYS[1])
local state = text and cmsgpack.unpack(text) or {}
if state.algorithm ~= ask.algorithm then state = { algorithm = ask.algorithm, budgets = {}, holders = {} } end
local budgets, holders = state.budgets, state.holders

for name, holder in pairs(holders) do
  if holder.seen < now - forgotten then holders[name] = nil end
end

for _, flow in ipairs(ask.flows) do
  local budget = budgets[flow.dimension]
  if not budget then
    budget = Budget.create(now)
    budget.limit, budget.window = flow.limit, flow.window
    budgets[flow.dimension] = budget
  elseif budget.limit ~= flow.limit then
    Budget.setLimit(budget, flow.limit, now)
  end
end

local function eachFlow(visit)
  for _, flow in ipairs(ask.flows) do visit(flow.dimension, budgets[flow.dimension]) end
end

local function concurrent()
  local sum = 0
  for _, holder in pairs(holders) do sum = sum + holder.concurrent end
  return sum
end

local function correct(delta, takenAt)
  eachFlow(function(dimension, budget)
    local amount = delta[dimension] or 0
    if amount > 0 then Budget.take(budget, amount, now) end
    if amount < 0 then Budget.giveBack(budget, -amount, takenAt, now) end
  end)
end

local function leasedBut(name)
  local sums
  for other, holder in pairs(holders) do
    if other ~= name and holder.lease then
      sums = sums or {}
      for dimension, amount in pairs(holder.lease) do sums[dimension] = (sums[dimension] or 0) + amount end
    end
  end
  return sums
end

local function standings(leased)
  local list = {}
  local function add(dimension, limit, remaining, reset)
    local with = math.min(limit, remaining + (leased and leased[dimension] or 0))
    table.insert(list, { dimension = dimension, limit = limit, remaining = with, resetUs = reset })
  end
  eachFlow(function(dimension, budget)
    add(dimension, budget.limit, Budget.remaining(budget, now), Budget.reset(budget, now))
  end)
  if ask.concurrent then add('concurrent_requests', ask.concurrent, math.max(0, ask.concurrent - concurrent()), 0) end
  return list
end

local function takeBack(holder)
  local lease = holder.lease
  if lease then
    local left, used = {}, {}
    eachFlow(function(dimension)
      local amount = lease[dimension] or 0
      used[dimension] = math.min(amount, ask.spent[dimension] or 0)
      left[dimension] = ask.algorithm == 'token_bucket' and used[dimension] - amount or -amount
    end)
    if ask.algorithm == 'token_bucket' then
      correct(left, now)
    else
      correct(left, holder.leasedAt)
      correct(used, now)
    end
    holder.lease = nil
  end
  holder.concurrent = ask.active
end

local function noteUnspent(leased)
  if ask.algorithm ~= 'token_bucket' or not leased then return end
  eachFlow(function(dimension, budget)
    local out = leased[dimension] or 0
    local debt = debtOf(budget, settle(budget, now))
    if out > 0 and debt > 0 then mark(budget, math.max(0, debt - out)) end
  end)
end

local function hold(leased)
  if ask.algorithm ~= 'token_bucket' or not leased then return end
  eachFlow(function(dimension, budget)
    local out = leased[dimension] or 0
    local remaining = Budget.remaining(budget, now)
    if out > 0 and remaining + out >= budget.limit then
      Budget.take(budget, remaining + out - budget.limit + 1, now)
    end
  end)
end

local function gravity(refusal)
  if refusal.requested > refusal.limit then return math.huge end
  return refusal.retryAfterUs or 0
end

local function decide(demand, holder)
  local refusal = false
  local function refuse(found)
    if not refusal or gravity(found) > gravity(refusal) then refusal = found end
  end
  eachFlow(function(dimension, budget)
    local amount = demand[dimension] or 0
    if amount == 0 or Budget.fits(budget, amount, now) then return end
    local used = budget.limit - Budget.remaining(budget, now)
    local wait = Budget.wait(budget, amount, now)
    refuse({ dimension = dimension, limit = budget.limit, used = used, requested = amount, retryAfterUs = wait })
  end)
  local one = demand.concurrent_requests or 0
  if ask.concurrent and one > 0 and concurrent() + one > ask.concurrent then
    local used = math.min(ask.concurrent, concurrent())
    refuse({ dimension = 'concurrent_requests', limit = ask.concurrent, used = used, requested = one })
  end
  if refusal then return refusal end
  eachFlow(function(dimension, budget) Budget.take(budget, demand[dimension] or 0, now) end)
  holder.concurrent = holder.concurrent + one
  return false
end

local function lease(holder, leased)
  local wanted = {}
  local isAmple = true
  local function want(dimension, limit, remaining)
    local amount = math.floor((math.floor(limit * ask.leasedShareMax) - (leased and leased[dimension] or 0)) / 2)
    if amount < 1 or remaining < limit * ask.ampleShare then isAmple = false end
    wanted[dimension] = amount
  end
  eachFlow(function(dimension, budget) want(dimension, budget.limit, Budget.remaining(budget, now)) end)
  if ask.concurrent then want('concurrent_requests', ask.concurrent, math.max(0, ask.concurrent - concurrent())) end
  if not isAmple then return end
  eachFlow(function(dimension, budget) Budget.take(budget, wanted[dimension], now) end)
  holder.lease, holder.leasedAt = wanted, now
  holder.concurrent = holder.concurrent + (wanted.concurrent_requests or 0)
end

local answer = {}
if ask.what == 'ask' then
  local holder = holders[ask.holder] or { concurrent = 0 }
  holders[ask.holder], holder.seen = holder, now
  hold(leasedBut(nil))
  local leased = leasedBut(ask.holder)
  takeBack(holder)
  noteUnspent(leased)
  for _, settlement in ipairs(ask.settlements) do correct(settlement.delta, now - settlement.ageUs) end
  local refusals, areAllAdmitted = {}, true
  for index, demand in ipairs(ask.demands) do
    refusals[index] = decide(demand, holder)
    if refusals[index] then areAllAdmitted = false end
  end
  if ask.wantsLease and areAllAdmitted then lease(holder, leased) end
  answer = { refusals = refusals, lease = holder.lease or false, standings = standings(holder.lease) }
  if not holder.lease and holder.concurrent == 0 then holders[ask.holder] = nil end
elseif ask.what == 'leave' then
  holders[ask.holder] = nil
elseif ask.what == 'reset' then
  eachFlow(function(dimension, budget)
    local fresh = Budget.create(now)
    fresh.limit, fresh.window = budget.limit, budget.window
    budgets[dimension] = fresh
  end)
  correct(leasedBut(nil) or {}, now)
else
  answer = { standings = standings(leasedBut(nil)) }
end
if ask.what == 'leave' then
  if text then redis.call('SET', KEYS[1], cmsgpack.pack(state), 'KEEPTTL') end
elseif ask.what ~= 'standings' then
  redis.call('SET', KEYS[1], cmsgpack.pack(state), 'PX', ask.keepMs)
end
return cjson.encode(answer)
`;

/**
 * @param clock an expression that gives the time in µs
 * @param forgottenUs how long a holder may be silent
 */
export function limitScriptText(clock: string, forgottenUs: number = FORGOTTEN_US): string {
  return `local now, forgotten = ${clock}, ${forgottenUs}\n${bucket}${window}${keeper}`;
}

/** By the clock of Redis. */
export const REDIS_CLOCK = `(function()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end)()`;
