// A client of the bus in Qt 6, with QWebSocket.
//
//     VESTNIK_URL=http://127.0.0.1:8378/v1/tenants/demo VESTNIK_TOKEN=eyJ… ./vestnik-client
//
// It prints what comes, acknowledges it, answers calls of the method "echo", and comes back by itself.
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTextStream>
#include <QTimer>
#include <QWebSocket>

class Client : public QObject {
public:
    Client(QString url, QString token) : url(url.replace(0, 4, "ws") + "/socket"), token(token) {
        connect(&socket, &QWebSocket::connected, this, [this] {
            delayMs = 500;
            QJsonObject params{{"token", this->token}};
            if (!position.isEmpty()) params["position"] = position;
            send({{"id", "connect"}, {"method", "connect"}, {"params", params}});
        });
        connect(&socket, &QWebSocket::textMessageReceived, this, &Client::received);
        connect(&socket, &QWebSocket::disconnected, this, &Client::closed);
    }

    void open() { socket.open(QUrl(url)); }

private:
    /// The application's own part. What is handled twice must do no harm: ids tell.
    void handle(const QJsonObject &message) {
        const QJsonValue data = message["data"];
        // A QJsonDocument holds an object or an array, so a single value is written by way of one.
        const QByteArray text = QJsonDocument(QJsonArray{data}).toJson(QJsonDocument::Compact);
        print(message["type"].toString() + ' ' + QString::fromUtf8(text.mid(1, text.size() - 2)));
    }

    QJsonObject answer(const QJsonObject &call) {
        if (call["method"] == "echo") return {{"result", call["params"]}};
        return {{"error", QJsonObject{{"code", -32601}, {"message", "there is no such method"}}}};
    }

    void received(const QString &frame) {
        const QJsonObject call = QJsonDocument::fromJson(frame.toUtf8()).object();
        const QString method = call["method"].toString();
        const QJsonObject params = call["params"].toObject();
        if (method == "message") {
            handle(params);
            if (params.contains("position")) {
                position = params["position"].toString();
                send({{"method", "ack"}, {"params", QJsonObject{{"position", position}}}});
            }
        } else if (method == "call") {
            QJsonObject reply = answer(params);
            reply["id"] = call["id"];
            send(reply);
        } else if (method == "notice") {
            // The server says whether coming back makes sense.
            forGood = params["type"] == "vestnik.closing" && !params["reconnect"].toBool();
            print("notice " + params["type"].toString());
        }
    }

    void closed() {
        if (forGood) return QCoreApplication::exit(1);
        QTimer::singleShot(delayMs / 2 + QRandomGenerator::global()->bounded(delayMs / 2), this, &Client::open);
        delayMs = qMin(delayMs * 2, 30'000);
    }

    void send(QJsonObject call) {
        call["jsonrpc"] = "2.0";
        socket.sendTextMessage(QString::fromUtf8(QJsonDocument(call).toJson(QJsonDocument::Compact)));
    }

    static void print(const QString &line) { QTextStream(stdout) << line << Qt::endl; }

    QWebSocket socket;
    const QString url, token;
    QString position; // of the last message that was handled
    int delayMs = 500;
    bool forGood = false;
};

int main(int argc, char *argv[]) {
    QCoreApplication application(argc, argv);
    Client client(qEnvironmentVariable("VESTNIK_URL"), qEnvironmentVariable("VESTNIK_TOKEN"));
    client.open();
    return application.exec();
}
