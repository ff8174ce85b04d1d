package main

import (
	"github.com/urfave/cli/v2"

	"runnertape/fixtures"
	"runnertape/proxy"
	"runnertape/redact"
)

func (p *process) importCommand() *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "make a recording of a packet capture, a HAR or a text recording",
		ArgsUsage: "FILE [RECORDING]  (default " + defaultRecording + ")",
		Description: "FILE is what tcpdump, Wireshark (pcap, pcapng, also gzip'ed), a browser or mitmproxy (HAR) or\n" +
			"proxy export (a file or a folder) has written; what it is is seen from its content. Plain HTTP is read. TLS is not: it is counted. What was\n" +
			"not captured is missing, and said to be. " + outputHelp("RECORDING") + " docs/import.md says more.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "upstream", Usage: "base `URL` of the GitLab in it", DefaultText: "where the first call of the runner API went", EnvVars: []string{"PROXY_UPSTREAM"}},
			&cli.StringFlag{Name: "keylog", Usage: "not possible: TLS cannot be decrypted with a key log `FILE` here; says what to do instead"},
			opaqueFlag(), madeFlag(""),
			&cli.BoolFlag{Name: "keep-secrets", Usage: "import tokens and passwords as they are", EnvVars: []string{"PROXY_KEEP_SECRETS"}},
		}, secretFlags()...),
		Action: p.importFile,
	}
}

// importSettings are the flags of import, checked.
type importSettings struct {
	from, to    string
	upstream    string // base URL; "" if not known
	guessed     bool   // nobody named it
	keepSecrets bool
	opaque      redact.Opaque
	given       redact.Given
	givenNames  []string // of the values in given
	json        bool     // print what was made
}

func (p *process) importFile(c *cli.Context) error {
	p.hide(redact.New(redact.NewKey())) // tokens, until there is more to hide
	if c.NArg() < 1 || c.NArg() > 2 || c.Args().First() == "" {
		return usagef("proxy import takes a capture, a HAR or a text recording, and the recording to make, as in: proxy import capture.pcap recording.db")
	}
	if c.IsSet("keylog") {
		return usagef("--keylog: TLS in a capture cannot be decrypted here, as no well-kept Go library does it; make a HAR of capture and key log with another tool and import that (docs/import.md), or use proxy record")
	}
	s := &importSettings{from: c.Args().Get(0), to: c.Args().Get(1), keepSecrets: c.Bool("keep-secrets")}
	if s.to == "" {
		s.to = defaultRecording
	}
	if text := c.String("upstream"); text != "" {
		u, err := proxy.ParseUpstream(text)
		if err != nil {
			return usagef("--upstream: %v", err)
		}
		s.upstream = u.String()
	}
	var err error
	if s.json, err = wantsMade(c, s.to); err != nil {
		return err
	}
	if s.opaque, err = opaqueMode(c); err != nil {
		return err
	}
	if err := refuseGiven(c); err != nil {
		return err
	}
	if s.given, s.givenNames, err = givenSecrets(c); err != nil {
		return err
	}
	if err := refuseOutput(s.to, s.from); err != nil { // said before the work, not after
		return err
	}
	if text, err := fixtures.IsText(s.from); err == nil && text {
		return p.importText(s)
	}
	f, err := openFile(s.from)
	if err != nil {
		return err
	}
	defer f.Close()
	stop := p.progress("importing " + s.from)
	source, err := openImport(&stoppableFile{f, p.done})
	if err == nil && s.upstream == "" {
		s.guessed = true
		s.upstream, err = guessUpstream(source)
	}
	stop()
	if err != nil {
		return copyError("import "+s.from, err)
	}
	return p.importTo(source, s)
}
