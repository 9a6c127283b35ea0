package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Folder keeps each mail as a file (.eml) instead of sending it, so that one machine needs no mail server. Whoever reads the
// folder reads the codes: it is for the demonstration alone.
type Folder struct {
	path   string
	from   netmail.Address
	now    func() time.Time
	logger *slog.Logger
}

// NewFolder makes a Folder, and the folder itself.
func NewFolder(path, from string, now func() time.Time, logger *slog.Logger) (*Folder, error) {
	address, err := sender(from)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("folder of mail: %w", err)
	}
	return &Folder{path: path, from: address, now: now, logger: logger}, nil
}

// Send writes the message whole or not at all, under a name that sorts by time.
func (f *Folder) Send(ctx context.Context, m Message) error {
	msg, err := compose(f.from, m, f.now())
	if err != nil {
		return err
	}
	return f.keep(ctx, msg)
}

// Deliver writes a letter as Send does a message.
func (f *Folder) Deliver(ctx context.Context, l Letter) error {
	msg, err := composeLetter(f.from, l, f.now())
	if err != nil {
		return err
	}
	return f.keep(ctx, msg)
}

func (f *Folder) keep(ctx context.Context, msg *gomail.Msg) error {
	path := filepath.Join(f.path, f.now().UTC().Format("20060102T150405.000000")+"-"+rand.Text()[:6]+".eml")
	if err := write(path+".new", msg.WriteTo); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	f.logger.InfoContext(ctx, "a mail was written instead of being sent", "file", path)
	return nil
}

func write(path string, content func(io.Writer) (int64, error)) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = content(file); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}
