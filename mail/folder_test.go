package mail_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parvis/mail"
)

func TestAFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := mail.NewFolder(filepath.Join(file, "mail"), "parvis@localhost", time.Now, slog.Default()); err == nil {
		t.Error("a folder in a file")
	}
}

func TestAFolderTakesMailInItsServersPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mail")
	var log bytes.Buffer
	folder, err := mail.NewFolder(path, "Parvis <parvis@meet.example.org>", func() time.Time { return nine }, slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := folder.Send(t.Context(), code); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(path, "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || !strings.HasSuffix(file, ".eml") {
			t.Fatalf("%s: %v", file, err)
		}
		read(t, string(data))
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("others can read %v, %v", info.Mode(), err)
		}
		if !strings.Contains(log.String(), filepath.Base(file)) {
			t.Errorf("the log does not say where: %s", log.String())
		}
	}
	if strings.Contains(log.String(), "zoe") || strings.Contains(log.String(), "042137") {
		t.Errorf("the log says too much: %s", log.String())
	}
}
