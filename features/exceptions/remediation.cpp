// What can be done about an exception, by its type, and where a visit has failed by the code that the courier gave.
#include <algorithm>

#include "features/exceptions/exception_api.hpp"
#include "features/exceptions/failure_codes.hpp"

namespace lastmile {
namespace {

/// The first candidate's place to begin with, or an empty one to fill in.
boost::json::object likeliest(const Exception& exception, AddressSide side) {
    for (const auto& candidate : exception.candidates)
        if (candidate.side == side) return {{"lat", candidate.location.lat.value}, {"lon", candidate.location.lon.value}};
    return {{"lat", nullptr}, {"lon", nullptr}};
}

class Remedies {
public:
    Remedies(const Exception& exception, ExceptionView& view) : exception_(exception), view_(view) {
        if (exception.delivery_id) delivery_ = "/v1/lastmile/deliveries/" + exception.delivery_id->text();
    }

    void offer(Remedy remedy) {
        switch (remedy) {
            case Remedy::retry: return add("retry", "Try again", "POST " + delivery_ + "/retry");
            case Remedy::reschedule:
                return add("reschedule", "Promise another window", "POST " + delivery_ + "/reschedule", {{"window", {{"from", nullptr}, {"to", nullptr}}}});
            case Remedy::correct_address:
                return add("correct_address", "Give the place of the dropoff", "PATCH " + delivery_,
                           {{"dropoff", {{"address", {{"location", {{"lat", nullptr}, {"lon", nullptr}}}}}}}});
            case Remedy::bring_back: return add("bring_back", "The parcel comes back", "POST " + delivery_ + "/bring-back");
            case Remedy::close: return add("close", "Close the delivery", "POST " + delivery_ + "/close", {{"outcome", "undeliverable"}});
            case Remedy::escalate: return add("escalate", "Hand it to support", "POST " + delivery_ + "/escalate", {{"case_id", nullptr}, {"priority", "high"}});
        }
    }
    void of_delivery() {
        using enum ExceptionType;
        const auto type = exception_.type;
        if (type == address_issue)
            for (const auto side : exception_.sides) offer_place(side);
        if (type == attempt_failed) {
            view_.failure_code = latest_code(exception_);
            for (const auto remedy : failure_of(*view_.failure_code).remedies) offer(remedy);
        }
        if (type == pickup_not_possible || type == missing) offer(Remedy::retry);
        if (type == damaged || type == refused || type == wrong_package) offer(Remedy::bring_back), offer(Remedy::close);
        if (type == cancel_on_board) {
            add("confirm_cancel", "The parcel comes back", "POST " + delivery_ + "/confirm-cancel");
            add("refuse_cancel", "It is delivered all the same", "POST " + delivery_ + "/refuse-cancel");
        }
        if (type == custody_conflict || type == proof_missing) add("correct", "Correct what was recorded", "POST " + delivery_ + "/correct");
        if (type == late || type == promise_broken) offer(Remedy::reschedule), offer(Remedy::escalate);
    }
    void settle() { add("resolve", "Settle it", "POST /v1/lastmile/exceptions/" + exception_.id.text() + "/resolve"); }

private:
    /// Every further failure of the same delivery has become a note.
    static std::string latest_code(const Exception& exception) {
        for (auto note = exception.notes.rbegin(); note != exception.notes.rend(); ++note)
            if (note->by == "system") return std::string(note->text);
        return exception.detail;
    }
    void offer_place(AddressSide side) {
        const std::string name(schema::wire_name(side));
        add("correct_address", "Give the place of the " + name, "PATCH " + delivery_, {{name, {{"address", {{"location", likeliest(exception_, side)}}}}}});
    }
    void add(std::string action, std::string label, std::string endpoint, boost::json::object body = {}) {
        view_.remediation.push_back({std::move(action), std::move(label), std::move(endpoint), std::move(body)});
    }

    const Exception& exception_;
    ExceptionView& view_;
    std::string delivery_;
};

}  // namespace

ExceptionView view_of(const Exception& exception) {
    ExceptionView view;
    static_cast<Exception&>(view) = exception;
    if (exception.state == ExceptionState::resolved) return view;
    Remedies remedies(exception, view);
    if (exception.delivery_id) remedies.of_delivery();
    remedies.settle();
    return view;
}

}  // namespace lastmile
