// Tells its clients what it knows of their connections, and sends them files.
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <indrik/web.hpp>
#include <unistd.h>

namespace web = indrik::web;
namespace net = indrik::net;

namespace {

boost::json::object describe(const net::TLSStream& tls) {
    boost::json::object seen;
    seen["version"] = std::string(tls.version());
    seen["cipher"] = std::string(tls.cipher());
    seen["protocol"] = std::string(tls.protocol());
    seen["server_name"] = std::string(tls.server_name());
    seen["resumed"] = tls.is_resumed();
    if (const auto certificate = tls.peer_certificate()) {
        seen["subject"] = certificate->subject();
        seen["issuer"] = certificate->issuer();
        seen["pem"] = certificate->pem();
        boost::json::array names;
        for (const std::string& name : certificate->alternative_names()) names.emplace_back(name);
        seen["names"] = names;
    }
    return seen;
}

web::Response connection(web::Request& request) {
    boost::json::object seen;
    seen["pid"] = ::getpid();
    seen["remote"] = std::string(request.remote());
    seen["url"] = request.url();
    if (const net::TLSStream* const tls = request.tls()) seen["tls"] = describe(*tls);
    return web::Response().text(boost::json::serialize(seen));
}

web::Response pid(web::Request&) {
    return web::Response().text(std::to_string(::getpid()));
}

}  // namespace

/// "files" is a folder of the current one.
web::Application make_app() {
    web::Application app;
    app.add_routes({
        web::get("/connection", connection),
        web::get("/pid", pid),
        web::static_files("/files", "files"),
    });
    return app;
}
INDRIK_APPLICATION(make_app)
