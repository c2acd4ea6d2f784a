-- wrk: sends as many requests at once as the first argument says.
local batch

function init(arguments)
    local requests = {}
    for i = 1, tonumber(arguments[1]) do
        requests[i] = wrk.format()
    end
    batch = table.concat(requests)
end

function request()
    return batch
end
