-- Each request posts the next line of a file: a bearer token, a tab, and the body. After the last line it begins again.
-- Argument: the file.
local lines, sent = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        lines[#lines + 1] = line
    end
end

function request()
    local token, body = lines[sent % #lines + 1]:match("^([^\t]+)\t(.*)$")
    sent = sent + 1
    local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
    return wrk.format("POST", nil, headers, body)
end
