// Package contents says what a large body holds: the parts of a form ([Form]), the files of
// an archive ([Archive]), the refs and the pack of git's answers ([Git]). It reads bodies as they stream
// by, from an [Open]; of a zip only the end, where its directory is.
//
//	form, err := contents.ReadForm(open, size, contentType)
//	part := form.Parts[0]
//	archive, err := contents.ReadArchive(contents.Section(open, part.Offset), part.Bytes, "zip")
//
// Package decode reads the first bytes of the same bodies, while they are recorded and to say what an
// exchange means; here all of a body is read, afterwards, to say what is in it.
//
// Whoever sent a body may have meant ill. Nothing that is read here takes memory in
// proportion to a body or to a number in it: lists have their first entries and a
// count, texts are cut at [maxText] bytes. Nor does it take time out of proportion to the bytes
// that are there: a zip is not inflated, of gzip and zstd [maxUnpacked] bytes at most.
//
// What is wrong with a body is a fault, a sentence in the result, with which reading goes
// on as far as it can. Errors are those of reading the bytes, and no others.
//
// The formats: RFC 7578 and RFC 2046 §5.1.1 (forms), PKWARE's APPNOTE.TXT 6.3.10 (zip), RFC 1952
// (gzip), RFC 8878 and POSIX pax (tar.zst), gitprotocol-common(5), gitprotocol-v2(5),
// gitprotocol-pack(5), gitformat-pack(5).
package contents
