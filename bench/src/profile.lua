-- Each request gives the caller another name, so that each changes a row.
local sent = 0

function request()
    sent = sent + 1
    local body = string.format('{"display_name": "Person %d %d"}', sent, os.clock() * 1000000)
    return wrk.format("PATCH", "/v1/users/profile", nil, body)
end
