-- Each request posts the same body. Arguments: the file it is in, and a bearer token.
local body, token

function init(args)
    body, token = io.open(args[1]):read("a"), args[2]
end

function request()
    local headers = {
        ["Authorization"] = "Bearer " .. token,
        ["Content-Type"] = "application/json",
        ["Accept"] = "application/json, text/event-stream",
        ["MCP-Protocol-Version"] = "2025-06-18",
    }
    return wrk.format("POST", nil, headers, body)
end
