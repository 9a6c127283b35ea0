// Package storetest holds what every implementation of the platform's stores must do: one suite a port, written against
// the port's interface, so that a fake earns trust by passing the same suite as the database.
//
// It owns the suites and the making of databases for tests. It refuses to look behind an interface: what only a real
// database has (migrations, replicas, caches) is tested beside package store.
package storetest
