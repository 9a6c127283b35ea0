package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"parvis/auth/service"
)

type appRotateSecret struct {
	appID
	Overlap time.Duration `default:"24h" help:"How long the secrets of before go on; 0s ends them at once."`
	Expires time.Duration `help:"How long the new one lives; without it, as long as the account."`
}

// Run makes a secret in the place of the others.
func (c appRotateSecret) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		return addSecret(p, d, c.output, c.ID, service.NewSecret{ExpiresAt: in(c.Expires), Overlap: &c.Overlap})
	})
}

type appAddSecret struct {
	appID
	Expires time.Duration `help:"How long it lives; without it, as long as the account."`
}

// Run makes a secret beside the others.
func (c appAddSecret) Run(p *process) error {
	return p.withDatabase(func(d *database) error {
		return addSecret(p, d, c.output, c.ID, service.NewSecret{ExpiresAt: in(c.Expires)})
	})
}

type appRemoveSecret struct {
	appID
	SecretID string `arg:"" name:"secret-id" help:"The id of the secret, as show lists it: not the secret."`
}

// Run removes a secret.
func (c appRemoveSecret) Run(p *process) error {
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.RemoveSecret(p.ctx, service.Administrator(), c.ID, c.SecretID)
	})
}

type appRename struct {
	appID
	Name    string  `help:"What the account is for."`
	Contact *string `help:"An e-mail address: who looks after it; an empty one takes it away."`
}

// Run changes how an account is called and who looks after it, and nothing that it may.
func (c appRename) Run(p *process) error {
	change := service.Change{Name: said(c.Name), Contact: c.Contact}
	if change == (service.Change{}) {
		return errors.New("say how it is called or who looks after it: --name or --contact")
	}
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.Change(p.ctx, service.Administrator(), c.ID, service.AnyVersion, change)
	})
}

type appAddKey struct {
	appID
	KID  string `arg:"" help:"How the key is called: the kid that the account's assertions name."`
	File string `arg:"" help:"The public key: a JWK or PEM file; - reads standard input."`
}

// maxKeyFile is more than any public key has.
const maxKeyFile = 16 << 10

// Run registers a key.
func (c appAddKey) Run(p *process) error {
	text, err := c.read()
	if err != nil {
		return err
	}
	return c.on(p, func(d *database) (service.Account, error) {
		account, _, err := d.services.PutKey(p.ctx, service.Administrator(), c.ID, c.KID, text)
		return account, err
	})
}

func (c appAddKey) read() ([]byte, error) {
	from := os.Stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, fmt.Errorf("read the key: %w", err)
		}
		defer file.Close()
		from = file
	}
	return io.ReadAll(io.LimitReader(from, maxKeyFile))
}

type appRemoveKey struct {
	appID
	KID string `arg:"" help:"How the key is called."`
}

// Run removes a key.
func (c appRemoveKey) Run(p *process) error {
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.RemoveKey(p.ctx, service.Administrator(), c.ID, c.KID)
	})
}

type appAllow struct {
	appID
	Scopes   []string      `help:"The scopes, all of them, separated by commas."`
	Networks []string      `name:"network" help:"From where it may come, all of it: networks or addresses, separated by commas."`
	Anywhere bool          `help:"It may come from anywhere."`
	ActsFor  []string      `help:"For whose people it may act, all of them: organizations, separated by commas."`
	Nobody   bool          `help:"It may act for nobody."`
	Expires  time.Duration `help:"How long it lives from now on, such as 8760h."`
	Forever  bool          `help:"It lives until it is revoked."`
}

// Run changes what an account may. What is not named stays.
func (c appAllow) Run(p *process) error {
	change, err := c.change()
	if err != nil {
		return err
	}
	return c.on(p, func(d *database) (service.Account, error) {
		return d.services.Change(p.ctx, service.Administrator(), c.ID, service.AnyVersion, change)
	})
}

func (c appAllow) change() (service.Change, error) {
	switch {
	case len(c.Networks) > 0 && c.Anywhere, len(c.ActsFor) > 0 && c.Nobody, c.Expires > 0 && c.Forever:
		return service.Change{}, errors.New("--anywhere, --nobody and --forever each stand alone: say one or the other")
	}
	change := service.Change{ExpiresAt: in(c.Expires)}
	if c.Forever {
		change.ExpiresAt = &time.Time{}
	}
	if len(c.Scopes) > 0 {
		scopes := scopesOf(c.Scopes)
		change.Scopes = &scopes
	}
	if len(c.Networks) > 0 || c.Anywhere {
		change.Networks = &c.Networks
	}
	if len(c.ActsFor) > 0 || c.Nobody {
		change.ActsFor = &c.ActsFor
	}
	if change == (service.Change{}) {
		return service.Change{}, errors.New("say what it may: --scopes, --network, --acts-for or --expires")
	}
	return change, nil
}
