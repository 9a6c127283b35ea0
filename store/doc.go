// Package store is the only package that knows the database: SQLite for one machine, PostgreSQL for production.
//
// It owns the schema and its migrations, transactions, the group commit of joins, the caches with the feed of changes
// that empties them, and the one place where a database's error becomes a fault. It implements the ports that rooms,
// directory and the packages of auth declare, one file an aggregate. It refuses to decide anything: rules run inside
// its transactions as functions that it is handed.
//
// Statements are written once for both engines, with ? as the placeholder; where the engines differ, the type dialect
// says how. docs/decisions/0002-database.md tells why times are text, how joins share commits and how changes travel.
package store
