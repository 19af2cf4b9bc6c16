#pragma once
// One request: Beast's parser for the grammar, our rules on top, straight into a Request. Internal to the module (sees Beast).
#include <atomic>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/http/encoding.hpp"
#include "platform/http/server.hpp"
#include "platform/http/spooled_body.hpp"

namespace lastmile::http {

/// Why a request is refused before any handler sees it.
struct Rejection {
    int status = 0;          // 0: none
    std::string_view detail{};
};

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    RequestParser(const Options& options, std::atomic<std::size_t>& buffered);
    ~RequestParser() override;
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Takes what it can of `bytes` and says how much; a refusal is in `rejection`.
    std::size_t feed(std::string_view bytes);
    bool head_complete() const { return is_header_done(); }
    bool complete() const { return is_done(); }

    Request request;
    Rejection rejection;
    int http_version = 11;
    Coding coding = Coding::identity;   // of the body as received
    std::size_t body_limit_bytes = 0;
    bool expects_continue = false;
    bool wants_upgrade = false;
    bool admitted = false;   // for the body that goes to the disk
    /// The head says that a body follows.
    bool announces_body() const;
    /// It goes to the disk.
    bool spools() const { return !spool_folder_.empty(); }
    /// Bytes that have gone to the disk so far; 0 also where none do.
    std::size_t spooled_bytes() const { return spool_ ? spool_->size() : 0; }

private:
    using ErrorCode = boost::system::error_code;
    using Text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, ErrorCode& ec) override;
    void on_response_impl(int, Text, int, ErrorCode&) override {}
    void on_field_impl(boost::beast::http::field name, Text name_text, Text value, ErrorCode& ec) override;
    void on_header_impl(ErrorCode& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) override;
    std::size_t on_body_impl(Text body, ErrorCode& ec) override { return take(body, ec); }
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorCode& ec) override { return take(body, ec); }
    void on_finish_impl(ErrorCode&) override {}

    void reject(int status, std::string_view detail, ErrorCode& ec);
    bool split_target(std::string_view target);
    std::size_t take(Text body, ErrorCode& ec);
    std::size_t spool(Text body, ErrorCode& ec);

    const Options& options_;
    std::atomic<std::size_t>& buffered_;
    std::size_t counted_ = 0;
    std::string spool_folder_;
    std::shared_ptr<SpooledBody> spool_;
    int hosts_ = 0, lengths_ = 0, codings_ = 0;
    std::string authority_;   // of a target in absolute form
};

}  // namespace lastmile::http
