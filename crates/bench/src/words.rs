//! The vocabulary of generated conversations: everyday business words, written for this purpose.

/// Chinese words; together they hold about a thousand distinct characters.
pub const CHINESE: &str = "\
合同 发票 付款 收款 转账 红包 报价 订单 货物 仓库 物流 运费 海关 清关 提单 集装箱 码头 船期 保险 税率 \
客户 供应商 经理 总监 财务 审计 律师 法务 董事 股东 会议 纪要 议程 方案 预算 利润 成本 折扣 佣金 回扣 \
质量 检验 样品 规格 型号 尺寸 颜色 重量 包装 标签 证书 标准 测试 报告 缺陷 返工 赔偿 投诉 售后 维修 \
明天 今天 昨天 上午 下午 晚上 周末 月底 季度 年初 春节 假期 加班 出差 航班 高铁 酒店 签证 护照 行程 \
你好 谢谢 抱歉 请问 收到 明白 同意 拒绝 确认 取消 延迟 提前 尽快 马上 稍等 没问题 辛苦 麻烦 恭喜 欢迎 \
电话 邮件 微信 附件 截图 链接 密码 账户 银行 分行 汇率 美元 欧元 港币 人民币 现金 支票 贷款 利息 抵押 \
北京 上海 广州 深圳 杭州 南京 成都 重庆 武汉 西安 苏州 天津 青岛 大连 厦门 宁波 香港 澳门 台北 新加坡 \
工厂 车间 设备 机器 零件 材料 钢铁 铝材 塑料 橡胶 玻璃 陶瓷 纺织 棉花 丝绸 皮革 木材 纸张 油漆 化工 \
苹果 香蕉 葡萄 橙子 西瓜 草莓 蔬菜 牛肉 猪肉 鸡蛋 面条 米饭 饺子 包子 豆腐 咖啡 茶叶 啤酒 白酒 果汁 \
太阳 月亮 星空 云彩 下雨 刮风 打雷 冰雪 河流 湖泊 海洋 山脉 森林 沙漠 草原 城市 乡村 街道 桥梁 隧道 \
学习 研究 历史 文化 艺术 音乐 绘画 舞蹈 电影 小说 诗歌 新闻 杂志 图书 词典 语言 翻译 数学 物理 生物 \
医院 医生 护士 药品 手术 感冒 咳嗽 发烧 健康 锻炼 跑步 游泳 篮球 足球 网球 羽毛球 乒乓球 象棋 围棋 冠军 \
父亲 母亲 儿子 女儿 兄弟 姐妹 爷爷 奶奶 叔叔 阿姨 朋友 同事 邻居 老师 学生 警察 司机 厨师 演员 记者 \
决定 计划 安排 准备 开始 结束 继续 停止 增加 减少 提高 降低 改变 保持 支持 反对 讨论 解释 证明 怀疑 \
重要 紧急 简单 复杂 容易 困难 便宜 昂贵 新鲜 陈旧 安全 危险 干净 肮脏 安静 热闹 聪明 愚蠢 勇敢 胆怯 \
责任 义务 权利 利益 风险 机会 挑战 竞争 合作 谈判 协议 条款 违约 终止 续签 保密 授权 委托 代理 仲裁 \
系统 软件 硬件 网络 数据 服务器 接口 程序 漏洞 升级 备份 恢复 权限 日志 监控 部署 版本 需求 设计 架构 \
政府 法律 规定 政策 申请 审批 许可 登记 备案 处罚 检查 监管 合规 披露 调查 举报 证据 起诉 判决 执行 \
房子 装修 客厅 厨房 卧室 窗户 门锁 钥匙 灯泡 空调 冰箱 洗衣机 沙发 桌椅 床垫 窗帘 地板 墙壁 楼梯 电梯 \
衣服 裤子 裙子 鞋袜 帽子 围巾 手套 眼镜 手表 项链 戒指 钱包 雨伞 行李 箱子 毛巾 牙刷 肥皂 镜子 梳子 \
飞机 轮船 汽车 卡车 摩托 自行车 地铁 公交 出租车 加油站 停车场 红绿灯 驾照 罚款 事故 堵车 导航 路线 距离 速度 \
狮子 老虎 大象 猴子 兔子 乌龟 蝴蝶 蜜蜂 蚂蚁 蜘蛛 鲸鱼 鲨鱼 螃蟹 龙虾 孔雀 燕子 麻雀 鹦鹉 骆驼 羚羊 \
的确 虽然 但是 因为 所以 如果 即使 除非 无论 否则 然后 最后 首先 其次 另外 总之 例如 尤其 几乎 大概 \
凌晨 黄昏 瞬间 永远 曾经 依然 逐渐 忽然 偶尔 经常 终于 至少 顺便 故意 显然 难道 究竟 居然 恐怕 宁愿 \
蓝图 绿灯 紫色 橘黄 灰尘 黑板 金属 铜线 锡箔 锌板 硅片 磷肥 氧气 氮气 氢能 碳排 硫酸 盐水 糖浆 醋酱";

/// English words.
pub const ENGLISH: &str = "\
contract invoice payment transfer shipment container vessel warehouse customs clearance insurance premium deposit \
balance schedule delivery deadline meeting agenda minutes budget margin discount commission audit compliance counsel \
review approve reject confirm cancel delay urgent please thanks tomorrow morning afternoon evening weekend quarter \
supplier customer manager director finance legal quality sample inspection defect refund claim warranty service repair \
factory machine steel aluminium plastic rubber glass ceramic cotton leather timber paper paint chemical label package \
flight hotel visa passport train airport station route distance traffic driver ticket luggage dinner coffee lunch \
system server network database password account backup upgrade version release report chart table figure number price";

/// Emoji and text codes, as they are typed into chats.
pub const MARKS: &str = "😀 😂 👍 🙏 🎉 😅 🤝 [旺柴] [微笑] [捂脸] [强] [OK] ❤️ 🔥 📎";

/// Family and given names of those who chat.
pub const NAMES: &str = "\
陈丽华 王志强 李思远 张雨桐 刘建国 杨晓雯 赵海燕 黄子轩 周文博 吴佳怡 徐振宇 孙雅琴 马天宇 朱慧敏 胡俊杰 郭晨曦 \
Marcus Anna Daniel Grace Victor Helen Oscar Julia";
