// Package scim speaks SCIM 2.0 (RFC 7643, RFC 7644): how an identity management tells of the people and groups of its organization.
//
// It owns the protocol: schemas, filters, PATCH, bulk, pagination, ETags, and whose people a client may speak of. It refuses to know
// HTTP (api carries the requests) and how people and groups are kept (store does). What a client says of roles and entitlements is
// not even read: nothing here gives a right.
package scim
