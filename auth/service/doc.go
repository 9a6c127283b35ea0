// Package service knows the callers that are software: service accounts, each of one organization.
//
// It owns their secrets and public keys, the short tokens that these are exchanged for (OAuth 2.0: RFC 6749 section 4.4,
// RFC 7523, RFC 8693), who may manage an account, and for whose people it may act. It refuses to decide what a scope allows
// (auth's table of rights does) and how a request comes and is limited (package api does).
package service
