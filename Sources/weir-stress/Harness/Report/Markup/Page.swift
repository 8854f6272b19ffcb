/// A page that needs nothing but itself, and may do nothing but be read.
struct Page {
    let title: String
    let content: [Markup]

    var html: String {
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy"
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <link rel="icon" href="data:,">
            <title>\(title)</title>
            <style>
            \(Markup(trusted: PageStyle.rules))
            </style>
            </head>
            <body>
            <main>
            \(content.joined)
            </main>
            </body>
            </html>

            """
        return page.html
    }
}
