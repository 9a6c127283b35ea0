package inbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Leases let one replica at a time read the mailbox.
type Leases interface {
	Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
}

// MailboxOptions is where the mailbox is, and who reads it.
type MailboxOptions struct {
	Address  string // host:port
	TLS      *tls.Config
	User     string
	Password string
	Folder   string
	Reader   *Reader
	Leases   Leases
	Replica  string
	Now      func() time.Time
	Logger   *slog.Logger
}

// Mailbox reads what comes to a folder on an IMAP server. What was decided about moves to folders beside it, after it was
// decided: a message that is read twice, because the process died in between, changes nothing the second time.
//
// Read is for one goroutine.
type Mailbox struct {
	MailboxOptions
	paused pauses
	leased time.Time // when the lease was taken last
}

// NewMailbox makes a Mailbox. Nothing is connected yet.
func NewMailbox(o MailboxOptions) *Mailbox { return &Mailbox{MailboxOptions: o} }

// The folders for what was taken, and for what was not.
const (
	TakenFolder   = "Parvis-taken"
	RefusedFolder = "Parvis-refused"
)

const (
	leaseName   = "mailbox of invitations"
	leaseFor    = 3 * time.Minute
	renewEach   = time.Minute
	idleFor     = time.Minute // then the lease is taken anew
	dialTimeout = 10 * time.Second
	waitAtMost  = 24 * time.Hour // for a DNS that does not say whether a signature is right
)

// Read works the mailbox off and waits for more, for as long as this replica has the lease and the server answers. It
// returns nil when another replica reads, or when ctx ends; any error is for the caller to come back after a pause.
func (b *Mailbox) Read(ctx context.Context) error {
	if mine, err := b.lease(ctx); err != nil || !mine {
		return err
	}
	news := make(chan struct{}, 1)
	client, err := b.connect(ctx, news)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = client.Close() }) // the library knows no context
	defer func() {
		stop()
		_ = client.Close()
	}()
	err = b.serve(ctx, client, news)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (b *Mailbox) lease(ctx context.Context) (bool, error) {
	now := b.Now()
	mine, err := b.Leases.Take(ctx, leaseName, b.Replica, now, now.Add(leaseFor))
	if err != nil {
		return false, fmt.Errorf("lease of the mailbox: %w", err)
	}
	b.leased = now
	return mine, nil
}

// keepLease renews the lease in time: how long a mail takes is up to name servers of others.
func (b *Mailbox) keepLease(ctx context.Context) error {
	if b.Now().Sub(b.leased) < renewEach {
		return nil
	}
	mine, err := b.lease(ctx)
	if err == nil && !mine {
		err = errLease
	}
	return err
}

// errLease is that another replica reads by now.
var errLease = errors.New("the lease of the mailbox was lost")

// connect signs in and opens the folder.
func (b *Mailbox) connect(ctx context.Context, news chan<- struct{}) (*imapclient.Client, error) {
	dialer := &net.Dialer{Timeout: dialTimeout}
	var conn net.Conn
	var err error
	if b.TLS != nil {
		conn, err = (&tls.Dialer{NetDialer: dialer, Config: b.TLS}).DialContext(ctx, "tcp", b.Address)
	} else {
		conn, err = dialer.DialContext(ctx, "tcp", b.Address)
	}
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	client := imapclient.New(conn, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) {
			select {
			case news <- struct{}{}:
			default: // it is told already
			}
		},
	}})
	stop := context.AfterFunc(ctx, func() { _ = client.Close() })
	defer stop()
	if err := b.open(client); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

func (b *Mailbox) open(client *imapclient.Client) error {
	if err := client.Login(b.User, b.Password).Wait(); err != nil {
		return fmt.Errorf("sign in to the mail server: %w", err)
	}
	for _, folder := range []string{TakenFolder, RefusedFolder} {
		_ = client.Create(folder, nil).Wait() // it is there already, or moving to it will say what is wrong
	}
	selected, err := client.Select(b.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("open the folder of the mailbox: %w", err)
	}
	b.paused.within(selected.UIDValidity)
	return nil
}

// Ping tells whether the mailbox can be opened.
func (b *Mailbox) Ping(ctx context.Context) error {
	client, err := b.connect(ctx, make(chan struct{}, 1))
	if err != nil {
		return err
	}
	return client.Close()
}

// serve reads and waits by turns.
func (b *Mailbox) serve(ctx context.Context, client *imapclient.Client, news <-chan struct{}) error {
	for {
		if err := b.workOff(ctx, client); err != nil {
			return err
		}
		if mine, err := b.lease(ctx); err != nil || !mine {
			return err
		}
		if err := b.wait(ctx, client, news); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// wait returns when the server tells of news, or after a while.
func (b *Mailbox) wait(ctx context.Context, client *imapclient.Client, news <-chan struct{}) error {
	var idle *imapclient.IdleCommand
	if client.Caps().Has(imap.CapIdle) {
		var err error
		if idle, err = client.Idle(); err != nil {
			return fmt.Errorf("wait for mail: %w", err)
		}
	}
	pause := time.NewTimer(idleFor)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return nil
	case <-client.Closed():
		return errors.New("the mail server has gone")
	case <-news:
	case <-pause.C:
	}
	if idle == nil {
		return client.Noop().Wait()
	}
	if err := idle.Close(); err != nil {
		return fmt.Errorf("wait for mail: %w", err)
	}
	return idle.Wait()
}
