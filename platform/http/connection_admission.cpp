// Whether a body may come: asked with the head alone, for bodies that go to the disk.
#include "platform/http/connection.hpp"

namespace lastmile::http {

void Connection::begin_body() {
    phase_ = Phase::body;
    expire_in(shared_.options.body_timeout);
    if (parser_->expects_continue && !parser_->complete() && begin_ == end_) (writing_ ? next_out_ : out_) += "HTTP/1.1 100 Continue\r\n\r\n";
}

/// Nothing more is read until it is known whether the body may come: TCP holds the peer back.
void Connection::ask_admission() {
    phase_ = Phase::admitting;
    deadline_ = 0;
    Request head = parser_->request;
    head.peer = peer_;
    head.secure = tls_.has_value();
    shared_.options.admit(std::move(head), [self = shared_from_this(), number = number_](std::optional<Response> refusal) {
        self->worker->post([self, number, refusal = std::move(refusal)]() mutable { self->admitted(number, std::move(refusal)); });
    });
}

void Connection::admitted(std::uint64_t number, std::optional<Response> refusal) {
    if (phase_ != Phase::admitting || number != number_) return;
    if (!refusal) {
        parser_->admitted = true;
        begin_body();
        return advance();
    }
    add(worker->counters.requests);
    owed_ = true;
    frame_ = AnswerFrame{.http11 = parser_->http_version == 11, .keep_alive = false, .head_only = false};
    phase_ = Phase::ending;
    parser_.reset();
    append_answer(std::move(*refusal));
    advance();
}

}  // namespace lastmile::http
