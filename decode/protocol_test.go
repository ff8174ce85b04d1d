package decode

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// wireTypes are our types by the names of the runner's structs; those that are not here
// have the same name.
var wireTypes = map[string]any{
	"AWSSecret": AWSSecret{}, "AWSServer": AWSServer{}, "AkeylessSecret": AkeylessSecret{}, "AkeylessServer": AkeylessServer{},
	"Artifact": Artifact{}, "AzureKeyVaultSecret": AzureKeyVaultSecret{}, "AzureKeyVaultServer": AzureKeyVaultServer{}, "Cache": JobCache{},
	"ConfigInfo": ConfigInfo{}, "Credentials": Credentials{}, "Dependency": Dependency{}, "DependencyArtifactsFile": ArtifactsFile{},
	"FeaturesInfo": FeaturesInfo{}, "GCPSecretManagerSecret": GCPSecretManagerSecret{}, "GCPSecretManagerServer": GCPSecretManagerServer{},
	"GitInfo": GitInfo{}, "GitLabSecretsManagerEngine": GitLabSecretsManagerEngine{}, "GitLabSecretsManagerSecret": GitLabSecretsManagerSecret{},
	"GitLabSecretsManagerServer": GitLabSecretsManagerServer{}, "GitLabSecretsManagerServerInlineAuth": GitLabSecretsManagerInlineAuth{},
	"GitlabFeatures": GitlabFeatures{}, "HTTPBearerGCPOIDCAuth": BearerGCPOIDCAuth{}, "Hook": Hook{}, "Image": Image{},
	"ImageDockerOptions": DockerOpts{}, "ImageExecutorOptions": ExecutorOpts{}, "ImageKubernetesOptions": KubernetesOpts{},
	"Info": Info{}, "VersionInfo": Info{}, "Job": JobPayload{}, "JobResponse": JobPayload{}, "JobInfo": JobInfo{}, "JobInput": Input{},
	"JobInputValue": InputValue{}, "JobRequest": JobRequest{}, "JobTraceOutput": TraceOutput{}, "JobVariable": Variable{}, "Variable": Variable{},
	"OTELEndpoint": OTELEndpoint{}, "OTELEndpointAuth": OTELAuth{}, "PolicyOptions": PolicyOptions{}, "Port": Port{},
	"RegisterRunnerParameters": RegisterRunnerRequest{}, "RegisterRunnerRequest": RegisterRunnerRequest{}, "RegisterRunnerResponse": RunnerIdentity{},
	"ResetTokenRequest": ResetTokenRequest{}, "ResetTokenResponse": RunnerIdentity{}, "RouterDiscovery": RouterDiscoveryMessage{},
	"RunnerInfo": RunnerInfo{}, "Secret": Secret{}, "SessionInfo": SessionInfo{}, "Step": Step{}, "SuspendOptions": SuspendOptions{}, "Tracing": Tracing{},
	"UnregisterRunnerManagerRequest": UnregisterRunnerRequest{}, "UnregisterRunnerRequest": UnregisterRunnerRequest{}, "UpdateJobRequest": UpdateJobRequest{},
	"VaultAuth": VaultAuth{}, "VaultEngine": VaultEngine{}, "VaultSecret": VaultSecret{}, "VaultServer": VaultServer{},
	"VerifyRunnerRequest": VerifyRunnerRequest{}, "VerifyRunnerResponse": RunnerIdentity{},
}

// wireField is a field of one of our types on the wire.
type wireField struct {
	typ  reflect.Type
	name string
}

// versions are the first and the last runner that has a field, empty for no bound.
type versions struct{ since, until string }

var (
	structLine = regexp.MustCompile(`^- \*\*(\w+)\*\*: (.*)\.$`)
	fieldEntry = regexp.MustCompile("^`([^`,]+)(?:,omitempty)?` \\S+ (\\S+)$")
)

// readFieldTable reads docs/protocol.md §8.1.
func readFieldTable(t *testing.T) map[wireField]versions {
	t.Helper()
	doc, err := os.ReadFile("../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(doc), "\n### 8.1 ")
	section, _, _ = strings.Cut(section, "\n### ")
	table, rows := map[wireField]versions{}, 0
	for line := range strings.Lines(section) {
		m := structLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		of, ok := wireTypes[m[1]]
		if !ok {
			t.Errorf("no type is %s", m[1])
			continue
		}
		for entry := range strings.SplitSeq(m[2], "; ") {
			e := fieldEntry.FindStringSubmatch(entry)
			if e == nil {
				t.Fatalf("%s: entry %q", m[1], entry)
			}
			rows++
			f := wireField{reflect.TypeOf(of), e[1]}
			since, until, _ := strings.Cut(e[2], "-")
			v := versions{strings.Replace(since, "HEAD", "19.4", 1), until}
			if strings.HasPrefix(since, "<=") {
				v.since = ""
			}
			if known, ok := table[f]; ok { // it moved, or its type changed
				if known.since == "" || v.since != "" && laterVersion(v.since, known.since) {
					v.since = known.since
				}
				if known.until == "" || v.until != "" && laterVersion(known.until, v.until) {
					v.until = known.until
				}
			}
			table[f] = v
		}
	}
	if rows < 300 {
		t.Fatalf("the table has %d rows", rows)
	}
	return table
}

// Every field that a runner ever sent or read is in a message, with its versions.
func TestFieldsOfAllVersions(t *testing.T) {
	table := readFieldTable(t)
	for f, want := range table {
		all := fieldsOf(f.typ)
		i, ok := all.number[f.name]
		if !ok {
			t.Errorf("%s has no field %q", f.typ.Name(), f.name)
			continue
		}
		if got := (versions{all.list[i].since, all.list[i].until}); got != want {
			t.Errorf("%s.%s is tagged %+v, the table says %+v", f.typ.Name(), f.name, got, want)
		}
	}
	for f := range table {
		for _, own := range fieldsOf(f.typ).list {
			if _, ok := table[wireField{f.typ, own.name}]; !ok && (own.since != "" || own.until != "") && own.since != never {
				t.Errorf("%s.%s has versions, and is not in the table", f.typ.Name(), own.name)
			}
		}
	}
}

var (
	saysSince = regexp.MustCompile(`[Ss]ince (\d+\.\d+)(?:$|;)`)
	saysUntil = regexp.MustCompile(`(?:^|[ .;(])(?:[Uu]p to|\d+\.\d+ to) (\d+\.\d+)$`)
	saysFrom  = regexp.MustCompile(`(\d+\.\d+) to \d+\.\d+$`)
)

// What a comment says of versions is what the tag says, and every field has a comment.
func TestVersionsInComments(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fields, wire := 0, map[string]bool{}
	for _, of := range wireTypes {
		wire[reflect.TypeOf(of).Name()] = true
	}
	look := func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		of, ok := spec.Type.(*ast.StructType)
		if !ok || !spec.Name.IsExported() {
			return true
		}
		for _, f := range of.Fields.List {
			if f.Tag == nil || len(f.Names) == 0 {
				continue
			}
			fields++
			tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
			name, comment := spec.Name.Name+"."+f.Names[0].Name, strings.TrimSpace(f.Comment.Text())
			if len(comment) < 3 {
				t.Errorf("%s has no comment", name)
				continue
			}
			if !wire[spec.Name.Name] {
				continue
			}
			since, until := "", ""
			if m := saysSince.FindStringSubmatch(comment); m != nil {
				since = m[1]
			}
			if m := saysFrom.FindStringSubmatch(comment); m != nil {
				since = m[1]
			}
			if m := saysUntil.FindStringSubmatch(comment); m != nil {
				until = m[1]
			}
			if want := tag.Get("since"); since != want && want != never || until != tag.Get("until") {
				t.Errorf("%s: comment says since %q until %q, tag %q %q: %s", name, since, until, want, tag.Get("until"), comment)
			}
		}
		return true
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, look)
	}
	if fields < 300 {
		t.Errorf("%d fields were looked at", fields)
	}
}
