/// A run as a page: one file that needs no script, no font and no network, and is read on a screen, a phone or paper.
///
/// It stays below a megabyte however long the run was: plots keep the maxima of what they merge, and long lists say
/// what they leave out.
package struct Report: Sendable {
    private let summary: RunSummary

    package init(_ summary: RunSummary) { self.summary = summary }

    /// The whole file.
    package var html: String {
        let course = RunCourse(summary)
        let banner = VerdictBanner(summary: summary)
        let content = [
            banner.markup,
            SettingSection(summary: summary).markup,
            WindowSection(summary: summary, course: course).markup,
            CourseSection(summary: summary, course: course).markup,
            LatencySection(summary: summary).markup,
            ProcessSection(summary: summary).markup,
            FaultSection(summary: summary, course: course).markup,
            VerdictSection(summary: summary).markup,
        ]
        return Page(title: "Weir stress run: \(banner.sentence)", content: content).html
    }
}
