-- Each request sets another share on the next of the flags, so that each changes a row.
-- Arguments: the first flag's id, how many flags there are, how many rounds were made before.
local first, count, sent = 1, 1, 0

function init(args)
    first, count = tonumber(args[1]), tonumber(args[2])
    sent = count * tonumber(args[3])
end

function request()
    local flag, share = first + sent % count, math.floor(sent / count) % 10000
    sent = sent + 1
    local body = string.format('{"rollout_percentage": %d.%02d}', math.floor(share / 100), share % 100)
    return wrk.format("PATCH", "/admin/system/flags/" .. flag, nil, body)
end
