package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parvis/client"
	"parvis/config"
	"parvis/provision"
	"parvis/provision/rest"
)

// differs is the exit code that tells CI that something is not as the files say.
const differs exitCode = 2

// mistyped is the exit code of a command line that is not understood: 2, save where 2 says something else.
func mistyped(args []string) int {
	if len(args) > 0 && slices.Contains([]string{"plan", "apply", "drift", "export"}, args[0]) {
		return 1
	}
	return int(differs)
}

// transportKey carries the http.RoundTripper of a test through a context.
type transportKey struct{}

// platform is the one of the settings, by REST.
func (p *process) platform() (*rest.Platform, error) {
	cfg, err := config.Load(p.environ, config.Remote)
	if err != nil {
		return nil, err
	}
	transport, _ := p.ctx.Value(transportKey{}).(http.RoundTripper)
	return rest.New(p.ctx, cfg.URL.String(), client.Account{ID: cfg.ClientID, Secret: cfg.ClientSecret.Reveal()}, transport)
}

// declared is what plan, apply and drift are told.
type declared struct {
	From  string `short:"f" name:"from" help:"The folder of the YAML files, or one file." placeholder:"FOLDER"`
	Prune bool   `help:"Remove rooms, templates and webhooks that these files made and name no more, of those kinds that they speak of."`
}

func (c declared) files() (provision.Files, error) {
	if c.From == "" {
		return provision.Files{}, errors.New("say where the files are: -f FOLDER")
	}
	info, err := os.Stat(c.From)
	if err != nil {
		return provision.Files{}, fmt.Errorf("read the files: %w", err)
	}
	if info.IsDir() {
		return provision.Load(os.DirFS(c.From))
	}
	return provision.Load(oneFile{os.DirFS(filepath.Dir(c.From)), filepath.Base(c.From)})
}

// oneFile is a folder of which one file is seen.
type oneFile struct {
	fs.FS
	name string
}

// ReadDir implements fs.ReadDirFS.
func (o oneFile) ReadDir(string) ([]fs.DirEntry, error) {
	info, err := fs.Stat(o.FS, o.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

func (c declared) plan(p *process) (*rest.Platform, provision.Plan, error) {
	files, err := c.files()
	if err != nil {
		return nil, provision.Plan{}, err
	}
	remote, err := p.platform()
	if err != nil {
		return nil, provision.Plan{}, err
	}
	plan, err := provision.Make(p.ctx, remote, files, provision.Options{Prune: c.Prune})
	return remote, plan, err
}

func (o output) plan(p *process, plan provision.Plan) error {
	if o.Output == "json" {
		if plan.Steps == nil {
			plan.Steps = []provision.Step{}
		}
		return json.NewEncoder(p.stdout).Encode(plan)
	}
	return plan.Write(p.stdout, provision.Style{Color: p.colored()})
}

// colored tells that a person looks on, who has not asked for plain text (no-color.org).
func (p *process) colored() bool {
	file, ok := p.stdout.(*os.File)
	if !ok || slices.ContainsFunc(p.environ, func(kv string) bool { return strings.HasPrefix(kv, "NO_COLOR=") && kv != "NO_COLOR=" }) {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type planCommand struct {
	output
	declared
	DetailedExitcode bool `help:"Exit with 2 when there is something to do, 0 when there is nothing."`
	Schema           bool `help:"Print the JSON Schema of the files, and do nothing else."`
}

// Run plans.
func (c planCommand) Run(p *process) error {
	if c.Schema {
		text, err := provision.Schema()
		if err == nil {
			_, err = p.stdout.Write(text)
		}
		return err
	}
	_, plan, err := c.declared.plan(p)
	if err != nil {
		return err
	}
	if err := c.output.plan(p, plan); err != nil || !c.DetailedExitcode || plan.Empty() {
		return err
	}
	return differs
}

type driftCommand struct {
	output
	declared
}

// Run plans for CI: what is not as the files say is an exit code of its own.
func (c driftCommand) Run(p *process) error {
	_, plan, err := c.declared.plan(p)
	if err != nil {
		return err
	}
	if err := c.output.plan(p, plan); err != nil || plan.Empty() {
		return err
	}
	return differs
}

type applyCommand struct {
	output
	declared
	Secrets string `help:"Where the credentials of new service accounts and webhooks go, a line of JSON each: a file, made for you alone, or - for standard output." placeholder:"FILE"`
}

// Run plans and does it.
func (c applyCommand) Run(p *process) error {
	remote, plan, err := c.declared.plan(p)
	if err != nil {
		return err
	}
	if err := c.output.plan(p, plan); err != nil {
		return err
	}
	secret := func(provision.Secret) error { return errors.New("nobody said where secrets go") }
	if plan.MakesSecrets() {
		if c.Secrets == "" {
			return errors.New("this makes credentials, which are told once: say where they go, --secrets FILE, or --secrets - for standard output; nothing was done")
		}
		keep, done, err := p.keeper(c.Secrets)
		if err != nil {
			return err
		}
		defer done()
		secret = keep
	}
	result, err := provision.Apply(p.ctx, remote, plan, provision.Sinks{Secret: secret})
	return c.report(p, plan, result, err)
}

func (c applyCommand) report(p *process, plan provision.Plan, r provision.Result, err error) error {
	say := p.stdout
	if c.Output == "json" {
		say = p.stderr // the plan is the one document there
	}
	if len(plan.Steps) > 0 {
		fmt.Fprintf(say, "Done: %d of %d.\n", r.Done, len(plan.Steps))
	}
	for _, l := range r.Refused {
		fmt.Fprintln(p.stderr, "refused:", l)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted: apply again, and the rest is done")
	case err != nil:
		return fmt.Errorf("%w; what was done is done: apply again, and the rest is done", err)
	case len(r.Refused) > 0:
		return fmt.Errorf("of the steps above, refused: %d", len(r.Refused))
	case len(plan.Left) > 0:
		return fmt.Errorf("%d things are for others to do: they are marked with ! above", len(plan.Left))
	}
	return nil
}

// keeper is where secrets go. A file is for its owner alone, and what it holds stays.
func (p *process) keeper(name string) (keep func(provision.Secret) error, done func(), err error) {
	if name == "-" {
		return func(s provision.Secret) error { return json.NewEncoder(p.stdout).Encode(s) }, func() {}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the file for secrets: %w", err)
	}
	if info, err := file.Stat(); err != nil || info.Mode().Perm()&0o077 != 0 {
		_ = file.Close()
		return nil, nil, errors.Join(fmt.Errorf("others may read %s: chmod 600 %s", name, name), err)
	}
	return func(s provision.Secret) error {
		if err := json.NewEncoder(file).Encode(s); err != nil {
			return err
		}
		return file.Sync()
	}, func() { _ = file.Close() }, nil
}

type exportCommand struct {
	Kinds    []string `help:"What is exported, separated by commas: organizations, policies, templates, serviceAccounts, webhooks, rooms." default:"organizations,policies,templates,serviceAccounts,webhooks,rooms"`
	AllRooms bool     `help:"The rooms too that no file has made, by the codes of their links."`
	Folder   string   `help:"The name of the files whose rooms are exported by their keys, where files have one (folder: in YAML)." placeholder:"NAME"`
}

var exported = map[string][]provision.Kind{
	"organizations": {provision.KindOrganization, provision.KindUnit}, "policies": {provision.KindPolicy}, "templates": {provision.KindTemplate},
	"serviceAccounts": {provision.KindServiceAccount}, "webhooks": {provision.KindWebhook}, "rooms": {provision.KindRoom},
}

// Run exports.
func (c exportCommand) Run(p *process) error {
	var wanted []provision.Kind
	for _, word := range c.Kinds {
		kinds, ok := exported[word]
		if !ok {
			return fmt.Errorf("%q is nothing that is exported: see parvis export --help", word)
		}
		wanted = append(wanted, kinds...)
	}
	inOrder := slices.DeleteFunc(provision.Kinds(), func(k provision.Kind) bool { return !slices.Contains(wanted, k) })
	remote, err := p.platform()
	if err != nil {
		return err
	}
	return provision.Export(p.ctx, remote, p.stdout, provision.Exported{Kinds: inOrder, AllRooms: c.AllRooms, Folder: c.Folder})
}
