#pragma once
// The admin socket: a Unix socket in the data folder (only its owner may connect) through which the command line asks a running server.
// One JSON line each way: {"verb":"keys.create",…} → {"ok":…} or {"error":"one sentence"}.
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace lastmile::app {

using AdminHandler = std::function<boost::json::object(const boost::json::object& request)>;

class AdminSocket {
public:
    /// Throws std::runtime_error when the socket cannot be made.
    AdminSocket(const std::string& data_folder, AdminHandler handler);
    ~AdminSocket();
    AdminSocket(const AdminSocket&) = delete;
    AdminSocket& operator=(const AdminSocket&) = delete;

private:
    void serve();
    void answer(int peer);
    std::string path_;
    AdminHandler handler_;
    int listener_ = -1;
    int wake_ = -1;
    std::thread thread_;
};

/// nullopt when no server listens there. Throws std::runtime_error with the server's sentence when it refuses.
std::optional<boost::json::object> ask_admin(const std::string& data_folder, const boost::json::object& request);

}  // namespace lastmile::app
