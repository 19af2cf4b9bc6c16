#include "features/drivers/document_api.hpp"

#include <algorithm>

#include "features/drivers/driver_rules.hpp"
#include "features/drivers/driver_store.hpp"
#include "features/files/file_erasing.hpp"
#include "platform/api/endpoints.hpp"
#include "platform/blobs/blobs.hpp"
#include "platform/events/apply.hpp"
#include "platform/store/store.hpp"

namespace lastmile {
namespace {

using namespace api;

constexpr std::chrono::minutes link_lifetime{15};

std::unexpected<Error> no_document() { return refuse(reasons::not_found, "There is no such document."); }

bool may_see(const Call& call, Id<Driver> driver) { return call.has("drivers:read") || call.driver == driver.bytes; }

const DriverDocument* document_of(const std::optional<Driver>& driver, Id<DriverDocument> id) {
    if (!driver) return nullptr;
    const auto at = std::ranges::find(driver->documents, id, &DriverDocument::id);
    return at == driver->documents.end() ? nullptr : &*at;
}

/// What its upload is held to. Only for papers with a file.
blobs::UploadTerms terms_of(Partition partition, Id<Driver> driver, const DriverDocument& document) {
    return {"p" + std::to_string(partition.number) + "/drivers/" + driver.text() + "/" + document.asset_id.value().text(),
        static_cast<std::size_t>(document.size.value().value),
            document.content_type.value(), document.sha256.value()};
}

Result<DocumentUpload> sign(const Call& call, Id<Driver> driver, const DriverDocument& document, Instant now) {
    auto made = call.service<blobs::BlobStore>().sign_upload(terms_of(call.partition, driver, document), now, link_lifetime);
    if (!made) return std::unexpected(std::move(made.error()));
    DocumentUpload upload{*document.asset_id, made->method, made->url, {}, made->expires_at};
    for (auto& [name, value] : made->headers) upload.headers.emplace(std::string(name), std::string(value));
    return upload;
}

/// With its link: to send the file while it is awaited, to fetch it once it is stored.
Result<Reply<DocumentReply>> show(const Call& call, Id<Driver> driver, const DriverDocument& document, Instant now) {
    Reply<DocumentReply> reply(DocumentReply{document.id, document, {}, {}});
    reply.no_store = true;
    if (document.state == DocumentState::awaiting_upload) {
        auto upload = sign(call, driver, document, now);
        if (!upload) return std::unexpected(std::move(upload.error()));
        reply.body.upload = std::move(*upload);
    } else if (document.state == DocumentState::stored) {
        auto url = call.service<blobs::BlobStore>().sign_download(terms_of(call.partition, driver, document).key, now, link_lifetime);
        if (!url) return std::unexpected(std::move(url.error()));
        reply.body.download_url = std::move(*url);
    }
    return reply;
}

Result<Reply<Page<DriverDocument>>> list_documents(store::Read& read, const Call& call, const DriverRef& request) {
    const auto driver = may_see(call, request.driver_id) ? find_driver(read, request.driver_id) : std::nullopt;
    if (!driver) return refuse(reasons::not_found, "There is no such driver.");
    return Page<DriverDocument>{driver->documents, {}};
}

Result<Reply<DocumentReply>> get_document(store::Read& read, const Call& call, const DocumentRef& request) {
    const auto driver = may_see(call, request.driver_id) ? find_driver(read, request.driver_id) : std::nullopt;
    const auto* document = document_of(driver, request.document_id);
    if (!document) return no_document();
    return show(call, driver->id, *document, read.now().machine);
}

Result<Reply<DocumentReply>> add_document(store::Tx& tx, const Call& call, const AddDocument& request) {
    DriverDocument document;
    document.id = tx.new_id<DriverDocument>();
    document.kind = request.kind;
    document.external_id = request.external_id;
    document.expires_on = request.expires_on;
    document.mandatory = request.mandatory;
    document.created_at = tx.now().business;
    if (request.content_type) {
        document.state = DocumentState::awaiting_upload;
        document.asset_id = tx.new_id<Asset>();
        document.content_type = request.content_type;
        document.size = request.size->value;
        document.sha256 = request.sha256;
    }
    const auto changed = drivers::add_document(lock_driver(tx, request.driver_id), document, tx.now()).value();
    events::apply(tx, changed);
    auto reply = show(call, request.driver_id, document, tx.now().machine).value();
    return std::move(reply).created("/v1/lastmile/drivers/" + request.driver_id.text() + "/documents/" + document.id.text());
}

Result<Reply<DocumentReply>> change_document(store::Tx& tx, const Call& call, const ChangeDocument& request) {
    const std::optional driver = lock_driver(tx, request.driver_id);
    const auto* before = document_of(driver, request.document_id);
    if (!before) return no_document();
    auto after = *before;
    if (request.kind) after.kind = *request.kind;
    request.external_id.onto(after.external_id);
    request.expires_on.onto(after.expires_on);
    if (request.mandatory) after.mandatory = *request.mandatory;
    const auto changed = drivers::change_document(*driver, after, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return show(call, driver->id, after, tx.now().machine);
}

/// That the file is there and is what was declared: looked up before the command, since the storage may be far away.
Result<Nothing> check_upload(const Call& call, const DocumentRef& request) {
    std::optional<Driver> driver;
    call.service<store::Store>().look(call.partition, [&](store::Read& read) { driver = find_driver(read, request.driver_id); });
    const auto* document = document_of(driver, request.document_id);
    if (!document) return no_document();
    if (document->state != DocumentState::awaiting_upload) return Nothing{};
    if (auto found = call.service<blobs::BlobStore>().verify(terms_of(call.partition, driver->id, *document)); !found) {
        if (found.error().reason == &reasons::not_found) return refuse(reasons::conflict, "The file has not been uploaded yet.");
        return std::unexpected(std::move(found.error()));
    }
    return Nothing{};
}

Result<Reply<DocumentReply>> confirm_upload(store::Tx& tx, const Call& call, const DocumentRef& request, const Nothing&) {
    const std::optional driver = lock_driver(tx, request.driver_id);
    const auto* before = document_of(driver, request.document_id);
    if (!before) return no_document();
    auto after = *before;
    if (after.state == DocumentState::awaiting_upload) after.state = DocumentState::stored;  // a file never changes: checked once is checked
    const auto changed = drivers::change_document(*driver, after, tx.now()).value();
    if (!changed.events.empty()) events::apply(tx, changed);
    return show(call, driver->id, after, tx.now().machine);
}

Result<Reply<Nothing>> delete_document(store::Tx& tx, const Call& call, const DocumentRef& request) {
    const std::optional driver = lock_driver(tx, request.driver_id);
    const auto* document = document_of(driver, request.document_id);
    if (!document) return no_document();
    if (document->asset_id) erase_files_later(tx, {terms_of(call.partition, driver->id, *document).key});
    events::apply(tx, drivers::remove_document(*driver, request.document_id, tx.now()).value());
    return Reply<Nothing>{};
}

}  // namespace

Endpoints document_endpoints() {
    return {
        reads("GET /v1/lastmile/drivers/{driverId}/documents", Scope("drivers:read") | "driver:self", list_documents,
              {.summary = "List a driver's papers", .tag = "Drivers", .refuses = {reasons::not_found}}),
        writes("POST /v1/lastmile/drivers/{driverId}/documents", "drivers:write", add_document,
               {.summary = "Add a paper", .tag = "Drivers", 
                .description = "With content_type, size and sha256 the answer holds a presigned upload: PUT the file there, then POST …/confirm.",
                .refuses = {reasons::not_found}, .status = 201}),
        reads("GET /v1/lastmile/drivers/{driverId}/documents/{documentId}", Scope("drivers:read") | "driver:self", get_document,
              {.summary = "Get a paper and a link to its file", .tag = "Drivers", .refuses = {reasons::not_found}}),
        writes("PATCH /v1/lastmile/drivers/{driverId}/documents/{documentId}", "drivers:write", change_document,
               {.summary = "Change a paper", .tag = "Drivers", .refuses = {reasons::not_found}}),
        prepares("POST /v1/lastmile/drivers/{driverId}/documents/{documentId}/confirm", "drivers:write", check_upload, confirm_upload,
                 {.summary = "Confirm that a paper's file has been uploaded", .tag = "Drivers", .refuses = {reasons::not_found, reasons::conflict}}),
        writes("DELETE /v1/lastmile/drivers/{driverId}/documents/{documentId}", "drivers:write", delete_document,
               {.summary = "Delete a paper", .tag = "Drivers", .refuses = {reasons::not_found}}),
    };
}

}  // namespace lastmile
