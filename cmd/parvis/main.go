// Command parvis is the platform: API, web client, workers and migrations in one program.
//
// It owns the wiring of all packages and the life of the process: settings are read here and nowhere else, and every
// loop that runs was started here and is waited for here.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"parvis/fault"
)

// version is set by the build (-X main.version=…).
var version = "development"

func main() {
	tuneGarbage()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	go giveBack(ctx)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// process is what a command sees of the outside.
type process struct {
	ctx     context.Context
	environ []string
	stdout  io.Writer
	stderr  io.Writer
}

type commands struct {
	Demo    demoCommand     `cmd:"" help:"Run the whole platform on this machine, with a media server and a development identity provider."`
	Serve   serveCommand    `cmd:"" help:"Run the platform in production: external LiveKit, identity providers and database."`
	Migrate migrateCommand  `cmd:"" help:"Bring the database's schema up to date."`
	Doctor  doctorCommand   `cmd:"" help:"Check settings and dependencies; say what is wrong and what to do."`
	App     appCommands     `cmd:"" help:"Service accounts: software that acts by REST."`
	Webhook webhookCommands `cmd:"" help:"Webhooks, and what was sent to them."`
	Org     orgCommands     `cmd:"" help:"Organizations, and the rules by which people come to them."`
	Office  officeCommands  `cmd:"" help:"Offices: functions that own rooms, whoever fills them."`
	Policy  policyCommands  `cmd:"" help:"What the platform and organizations decide about rooms, people and software."`
	User    userCommands    `cmd:"" help:"People and their accounts."`
	Admin   adminCommands   `cmd:"" help:"Administrators: the first one, and who they are."`
	Scim    scimCommands    `cmd:"" help:"Provisioning of people and groups by SCIM."`
	Room    roomCommands    `cmd:"" help:"Rooms."`
	Jobs    jobsCommands    `cmd:"" help:"Background work: what waits, what fails, what was given up."`
	Usage   usageCommand    `cmd:"" help:"How much was met: sessions, participants, minutes and peaks, without names."`
	Audit   auditCommands   `cmd:"" help:"The audit trail: verify it, search it, export it."`
	Privacy privacyCommands `cmd:"" help:"Personal data: copies, erasure, holds, retention, the register."`
	Mail    mailCommands    `cmd:"" help:"Mail that comes in."`
	Plan    planCommand     `cmd:"" help:"Say what would make an organization as YAML files say."`
	Apply   applyCommand    `cmd:"" help:"Make an organization as YAML files say."`
	Drift   driftCommand    `cmd:"" help:"Say whether an organization still is as YAML files say: exit code 2 when it is not."`
	Export  exportCommand   `cmd:"" help:"Write what an organization has as a YAML file."`
	Version versionCommand  `cmd:"" help:"Print the version."`
}

// exitCode ends the process with a code other than 1 and without another word.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// run is main without the process: tests call it.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	var cli commands
	exited := -1
	parser := kong.Must(&cli,
		kong.Name("parvis"), kong.Description("A sovereign video-conferencing platform."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }), kong.UsageOnError(),
	)
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "parvis: %v. See: parvis --help\n", err)
		return mistyped(args)
	}
	err = command.Run(&process{ctx: ctx, environ: environ, stdout: stdout, stderr: stderr})
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	default:
		fmt.Fprintf(stderr, "parvis: %s\n", explain(err))
		return 1
	}
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p *process) error {
	_, err := fmt.Fprintln(p.stdout, "parvis", version)
	return err
}

// explain says an error to the administrator who typed a command: what may be public in full, the rest as it is.
func explain(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	text := strings.TrimSuffix(f.Detail, ": see errors") // which follow
	for _, field := range f.Fields {
		text += fmt.Sprintf("; %s: %s", strings.TrimPrefix(field.Location, "body."), field.Message)
	}
	switch f.Kind {
	case fault.NotFound, fault.Conflict, fault.Invalid: // what was asked for: how the database says it tells no more
		return text
	}
	if f.Err != nil {
		text += fmt.Sprintf(" (%v)", f.Err)
	}
	return text
}
