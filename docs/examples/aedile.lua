-- Asks Aedile whether a request may pass; see haproxy.cfg.

local aedile = "http://127.0.0.1:8080/gateway/authorize"
local told = { user = "x-auth-user", role = "x-auth-role", tier = "x-auth-tier", retry_after = "retry-after" }

-- All values of a header, whichever index they begin at.
local function values(header)
    local all = {}
    for _, value in pairs(header or {}) do
        table.insert(all, value)
    end
    return all
end

core.register_action("aedile", { "http-req" }, function(txn)
    local headers = {
        ["x-forwarded-method"] = { txn.sf:method() },
        ["x-forwarded-uri"] = { txn.f:pathq() },
        ["x-forwarded-for"] = { txn.f:src() },
    }
    local authorization = values(txn.http:req_get_headers()["authorization"])
    if #authorization > 0 then
        headers["authorization"] = authorization
    end
    local answered, answer = pcall(function()
        return core.httpclient():get { url = aedile, headers = headers, timeout = 5000 }
    end)
    if not answered or not answer then
        return
    end
    for name, header in pairs(told) do
        local value = values(answer.headers[header])[1]
        txn:set_var("txn.aedile_" .. name, value or "")
        -- Who lets a request pass says who is calling; what does not is not Aedile.
        if answer.status == 200 and name ~= "retry_after" and (value or "") == "" then
            return
        end
    end
    txn:set_var("txn.aedile_status", tostring(answer.status))
end, 0)
