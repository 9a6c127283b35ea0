// Package jobs does background work: what store wrote with job.Task, on whichever replica is free, once in effect.
//
// It owns when a task is begun, how often it is tried, what is said of it in logs and metrics, and what becomes of it when
// the process ends or dies. It knows no subject: cmd joins each kind with the worker that does it. A task is begun at
// least once and may be begun again when its process died after the work and before the queue heard of it, therefore
// everything that a peer sees stands in a row that was written before.
//
// River keeps the queue, in our own database (docs/decisions/0013-background-work.md).
package jobs
