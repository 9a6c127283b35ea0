package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"parvis/fault"
)

// workOff reads what is in the folder, as far as its turn has come. A mail that cannot be decided about holds up no other:
// anybody can send one.
func (b *Mailbox) workOff(ctx context.Context, client *imapclient.Client) error {
	found, err := client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return fmt.Errorf("look for mail: %w", err)
	}
	dead := &silent{}
	for _, uid := range b.paused.turn(found.AllUIDs(), b.Now()) {
		if err := b.keepLease(ctx); err != nil {
			return err
		}
		if err := b.settle(ctx, client, uid, dead); err != nil {
			return err
		}
	}
	return nil
}

// settle decides about one mail and puts it away. It answers what stops all of them: our store is away, or the connection
// has ended. Anything else pauses this one mail; a lost connection pauses it too, for it may be the mail that breaks it.
func (b *Mailbox) settle(ctx context.Context, client *imapclient.Client, uid imap.UID, dead *silent) error {
	outcome, err := b.one(ctx, client, uid, dead)
	if err == nil {
		err = b.putAway(client, uid, outcome)
	}
	if err == nil || ctx.Err() != nil || fault.Is(err, fault.Unavailable) {
		return err
	}
	long := b.paused.longer(uid, b.Now())
	b.Logger.WarnContext(ctx, "a mail could not be decided about and waits", "uid", uint32(uid), "for", long, "error", err)
	if errors.Is(err, errGone) {
		return err
	}
	return nil
}

// putAway moves a message that was decided about.
func (b *Mailbox) putAway(client *imapclient.Client, uid imap.UID, outcome Outcome) error {
	to := RefusedFolder
	if outcome.Taken() {
		to = TakenFolder
	}
	if _, err := client.Move(imap.UIDSetNum(uid), to).Wait(); err != nil {
		return fmt.Errorf("put a mail away: %w", answered(err))
	}
	return nil
}

var (
	// errServer is that of a mail server that does not answer as it should.
	errServer = errors.New("the mail server does not answer as it should")
	// errGone is that it answers nothing any more.
	errGone = errors.New("the connection to the mail server has ended")
)

// answered tells what a server refused, which is about one mail, from a connection that has ended.
func answered(err error) error {
	var no *imap.Error
	if err == nil || errors.As(err, &no) {
		return errors.Join(errServer, err)
	}
	return errors.Join(errGone, err)
}

// one fetches a message and has it judged. What is too large is not even fetched.
func (b *Mailbox) one(ctx context.Context, client *imapclient.Client, uid imap.UID, dead *silent) (Outcome, error) {
	set := imap.UIDSetNum(uid)
	about, err := client.Fetch(set, &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}).Collect()
	if err != nil || len(about) != 1 {
		return "", answered(err)
	}
	if about[0].RFC822Size > MaxMessage {
		b.Reader.Note(ctx, TooLarge)
		return TooLarge, nil
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	message, err := client.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil || len(message) != 1 {
		return "", answered(err)
	}
	outcome, err := b.Reader.take(ctx, bytes.NewReader(message[0].FindBodySection(whole)), dead)
	if errors.Is(err, errUnresolved) && b.Now().Sub(about[0].InternalDate) > waitAtMost {
		b.Reader.Note(ctx, Unauthenticated)
		return Unauthenticated, nil
	}
	return outcome, err
}
