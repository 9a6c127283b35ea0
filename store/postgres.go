package store

import (
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/sync/semaphore"
	"gorm.io/driver/postgres"
)

// connections is how many a replica opens at most beside those that listen and those of background work: four replicas fit
// into PostgreSQL's default of 100.
const connections = 19

func openPostgres(url, replica string, logger *slog.Logger) (*pool, error) {
	config, err := postgresConfig(url)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["statement_timeout"] = milliseconds(statementTimeout)
	config.RuntimeParams["lock_timeout"] = milliseconds(lockTimeout)
	config.RuntimeParams["idle_in_transaction_session_timeout"] = milliseconds(unitTimeout)
	if replica != "" {
		config.RuntimeParams["application_name"] += " " + replica
	}
	return postgresPool(config, logger)
}

func postgresPool(config *pgx.ConnConfig, logger *slog.Logger) (*pool, error) {
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour)
	g, err := openGorm(postgres.New(postgres.Config{Conn: db}), logger)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pool{sql: db, gorm: g, slots: semaphore.NewWeighted(connections), wait: poolWait}, nil
}

// postgresConfig reads the URL. The password stays out of its error, which pgx sees to.
func postgresConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = openTimeout
	}
	config.RuntimeParams["timezone"] = "UTC"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "parvis"
	}
	return config, nil
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
