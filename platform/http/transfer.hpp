#pragma once
// One call as a libcurl easy handle. Internal (sees libcurl).
#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/http/address_guard.hpp"
#include "platform/http/client.hpp"

namespace lastmile::http {

class Transfer {
public:
    Transfer(ClientRequest request, std::function<void(ClientResult)> then);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Checks the request; false, with the result's fault set, when it is not one to send.
    bool prepare(const std::string& user_agent);
    /// `https://host:443`
    const std::string& host() const { return host_; }
    CURL* handle() const { return easy_; }
    void finish(CURLcode outcome);
    void end(ClientFault fault, std::string detail);
    /// Calls `then`.
    void deliver();

private:
    bool check_url();
    bool check_headers();
    ClientFault fault_of(CURLcode outcome) const;
    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int before_request(void* self, char* address, char*, int, int);
    static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);

    ClientRequest request_;
    std::function<void(ClientResult)> then_;
    ClientResult result_;
    std::vector<Network> allowed_;
    std::string host_;
    CURL* easy_ = nullptr;
    CURLU* url_ = nullptr;
    curl_slist* headers_ = nullptr;
    std::size_t header_bytes_ = 0, body_bytes_ = 0;
    bool blocked_ = false, too_large_ = false;
    char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace lastmile::http
