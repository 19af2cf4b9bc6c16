#include "features/administered/requests.hpp"
#include "features/areas/area_store.hpp"
#include "features/slots/slot_requests.hpp"
#include "features/slots/slot_rules.hpp"
#include "features/slots/slot_store.hpp"
#include "platform/events/apply.hpp"

namespace lastmile {
namespace {

using namespace api;

const auto no_such = [] { return refuse(reasons::not_found, "There is no such slot template."); };

Result<Reply<Page<SlotTemplate>>> list_templates(store::Read& read, const Call&, const ListSlotTemplates& request) {
    const auto below = administered::below<SlotTemplate>(request.cursor);
    if (!below) return std::unexpected(below.error());
    return page_of(slot_templates_below(read, request, *below, request.limit + 1), request.limit, [](const SlotTemplate& one) { return one.id.text(); });
}

Result<Reply<SlotTemplate>> get_template(store::Read& read, const Call&, const SlotTemplateRef& request) {
    auto found = find_slot_template(read, request.template_id);
    if (!found) return no_such();
    return *found;
}

Result<Reply<SlotTemplate>> create_template(store::Tx& tx, const Call&, const CreateSlotTemplate& request) {
    administered::Referred referred;
    if (!lock_area_if_any(tx, request.area_id)) referred.unknown("#/area_id", "area");  // locked, so that it cannot go meanwhile
    referred.check().value();
    auto changed = slots::create(tx.new_id<SlotTemplate>(), request, tx.now()).value();
    events::apply(tx, changed);
    return Reply(changed.after).created("/v1/lastmile/slots/templates/" + changed.after.id.text());
}

Result<Reply<SlotTemplate>> change_template(store::Tx& tx, const Call&, const ChangeSlotTemplate& request) {
    const auto before = lock_slot_template_if_any(tx, request.template_id);
    if (!before) return no_such();
    auto changed = slots::change(*before, request, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return changed.after;
}

Result<Reply<Nothing>> delete_template(store::Tx& tx, const Call&, const SlotTemplateRef& request) {
    const auto before = lock_slot_template_if_any(tx, request.template_id);
    if (!before) return no_such();
    events::apply(tx, slots::remove(*before, tx.now()));
    return Reply<Nothing>{};
}

template <class Request>
std::optional<std::int64_t> version(store::Tx& tx, const Call&, const Request& request) {
    const auto found = lock_slot_template_if_any(tx, request.template_id);
    return found ? std::optional(found->version) : std::nullopt;
}

}  // namespace

Endpoints slot_template_endpoints() {
    return {
        reads("GET /v1/lastmile/slots/templates", "slots:read", list_templates,
              {.summary = "List slot templates", .tag = "Slots", .refuses = {reasons::bad_cursor}}),
        writes("POST /v1/lastmile/slots/templates", "slots:write", create_template,
               {.summary = "Create a slot template",
                .tag = "Slots",
                .description = "Slots of an area and service level on days of the week, by the area's wall clock. On the day that daylight saving "
                               "skips a whole slot there is none.",
                .status = 201}),
        reads("GET /v1/lastmile/slots/templates/{templateId}", "slots:read", get_template,
              {.summary = "Get a slot template", .tag = "Slots", .refuses = {reasons::not_found}}),
        guarded(version<ChangeSlotTemplate>,
                writes("PATCH /v1/lastmile/slots/templates/{templateId}", "slots:write", change_template,
                       {.summary = "Change a slot template",
                        .tag = "Slots",
                        .description = "What is reserved stands, also where capacity falls below it. Another start makes other slots.",
                        .refuses = {reasons::not_found}})),
        guarded(version<SlotTemplateRef>, writes("DELETE /v1/lastmile/slots/templates/{templateId}", "slots:write", delete_template,
                                                 {.summary = "Delete a slot template",
                                                  .tag = "Slots",
                                                  .description = "Its slots are offered no more; what is reserved stands.",
                                                  .refuses = {reasons::not_found}})),
    };
}

}  // namespace lastmile
