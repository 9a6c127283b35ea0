package main

import (
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"parvis/auth"
	"parvis/config"
	"parvis/job"
	"parvis/jobs"
	"parvis/privacy"
	"parvis/schedule"
	"parvis/store"
)

// buildPrivacy joins what answers for personal data. organizer is nil for commands, which ask for erasures and do none.
func buildPrivacy(cfg config.Config, db *store.DB, organizer privacy.Organizing) (*privacy.Service, error) {
	bases, err := privacy.ParseBases(cfg.LegalBasis)
	if err != nil {
		return nil, fmt.Errorf("PARVIS_LEGAL_BASIS: %w", err)
	}
	key, err := receiptKey(cfg.Secret.Reveal())
	if err != nil {
		return nil, err
	}
	ports := privacy.Ports{
		People: db, Copies: db, Erasures: db, Wiping: db, Organizing: organizer, Holds: db, Hosts: db, Operator: operatorOf(cfg, bases), Key: key, Now: time.Now,
	}
	if cfg.Secret != "" {
		keys, _, err := auditKeys(cfg)
		if err != nil {
			return nil, err
		}
		ports.Vouch = keys.Destruction
	}
	if cfg.URL != nil {
		ports.URL = cfg.URL.String()
	}
	return privacy.New(ports), nil
}

// receiptKey signs receipts of erasures; none without a secret.
func receiptKey(secret string) (ed25519.PrivateKey, error) {
	if secret == "" {
		return nil, nil
	}
	seed, err := hkdf.Key(sha256.New, []byte(secret), nil, "parvis erasure receipts v1", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func operatorOf(cfg config.Config, bases map[privacy.Kind]privacy.Basis) privacy.Operator {
	o := privacy.Operator{
		Name: cfg.Name, Controller: cfg.PrivacyController, Contact: cfg.PrivacyContact, Bases: bases,
		HTTPS: cfg.URL != nil && cfg.URL.Scheme == "https", MediaHost: hostIn(cfg.LiveKit.URL), Database: "SQLite", SignInIdle: cfg.SignInIdle, SignInMax: cfg.SignInMax,
	}
	for _, p := range cfg.Providers {
		o.Providers = append(o.Providers, privacy.Recipient{
			Name: p.Label, Host: hostIn(p.Issuer),
			Gets: privacy.Words{FR: "la demande de connexion ; il donne nom, adresse, organisme", EN: "the request to sign in; it gives name, address, organization"},
		})
	}
	if cfg.Mail != nil {
		o.MailHost = cfg.Mail.Host
	}
	if cfg.Mailbox != nil {
		o.InboxHost, _, _ = net.SplitHostPort(cfg.Mailbox.Address)
	}
	if at := cfg.DatabaseURL.Reveal(); !strings.HasPrefix(at, "sqlite:") {
		o.Database, o.DatabaseAt = "PostgreSQL", hostIn(at)
	}
	return o
}

// hostIn is the host of an address, without what else stands in it.
func hostIn(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// organizing changes meetings in the name of whoever is erased.
type organizing struct{ schedule *schedule.Service }

func departing(from, orgID string) auth.Identity {
	return auth.Identity{Kind: auth.Person, ID: from, PersonID: from, OrgID: orgID, OnBehalfOf: "erasure", Scopes: auth.Scopes()}
}

const anyVersion = 0

// Give makes somebody else the organizer.
func (o organizing) Give(ctx context.Context, from, orgID, meetingID, to string) error {
	_, err := o.schedule.Update(ctx, departing(from, orgID), meetingID, anyVersion, schedule.OverridesKeep, func(d *schedule.Definition) error {
		d.Organizer = schedule.Organizer{PersonID: to, OnBehalfOf: d.Organizer.OnBehalfOf}
		d.Deputies = slices.DeleteFunc(d.Deputies, func(x schedule.Deputy) bool { return x.PersonID == to || x.PersonID == from })
		d.Invitees = slices.DeleteFunc(d.Invitees, func(i schedule.Invitee) bool { return i.PersonID == from })
		return nil
	})
	return err
}

// Cancel cancels the meeting: those invited are told as of any other.
func (o organizing) Cancel(ctx context.Context, from, orgID, meetingID string) error {
	return o.schedule.Cancel(ctx, departing(from, orgID), meetingID, anyVersion)
}

func (p *platform) erasing() jobs.Worker {
	return jobs.Worker{Do: p.privacy.Run, Timeout: 5 * time.Minute, AtOnce: 1, Tries: job.MostTries}
}
